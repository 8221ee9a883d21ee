SELECT w.lang, w.word, w.nr, w.weight, w.price, w.seen, w.at, w.mood, w.note, w.doc, w.raw, w.many, w.wide, w.narrow,
  w.span, p.title AS place_title
FROM word AS w
LEFT JOIN place AS p ON p.code = w.place
WHERE w.open; -- closed words are nobody's; "open" ones only
