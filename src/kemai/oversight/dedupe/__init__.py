"""重复客户 over the whole base: found in the background, looked at by people, merged in the archive."""
