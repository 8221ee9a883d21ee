SELECT code, title, size
FROM place;
