"""Rules of cataloguing: reading ISO 2709, telling encodings and formats apart, brief descriptions."""
