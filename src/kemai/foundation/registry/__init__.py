"""Lists that each app fills at start: fact sources, exporters, shredders, panels, event handlers."""
