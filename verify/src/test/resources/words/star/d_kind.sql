SELECT code, day
FROM kind;
