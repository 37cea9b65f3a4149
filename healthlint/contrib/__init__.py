"""healthlint inside other programs; each package here needs an extra of its own."""
