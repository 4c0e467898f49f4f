"""The notebooks that come with the package: listing, copying and opening them, and which exercises are solved."""
