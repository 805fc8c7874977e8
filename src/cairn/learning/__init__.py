"""What has each student learned, by which evidence? The learning record: one app, one room per subject."""
