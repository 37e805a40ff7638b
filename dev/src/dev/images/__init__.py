"""Container images: built from the tree and the locked wheels without a network, sealed so that equal inputs give equal digests."""
