"""Everything the pages need before they are served: vendor bundles, languages, hashed static files."""
