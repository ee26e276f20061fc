"""What the pages about accelerators show: one of them whole, and all of them side by side."""
