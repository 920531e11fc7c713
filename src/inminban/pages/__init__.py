"""Pages, charts and maps: one self-contained HTML file, a table under every chart."""
