"""The time that customers take, against what they bring."""
