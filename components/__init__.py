"""The screen of Penumbra: headless state and the views that show it."""
