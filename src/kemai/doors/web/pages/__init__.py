"""One module a screen: parse the address, ask queries or call one action, render."""
