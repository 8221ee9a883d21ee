-- How far merges may go while somebody holds them (an advisory lock says whether somebody does):
-- null while they must stand still. What a holder that is gone has left here means nothing.
CREATE TABLE headrace.hold (
  until_epoch bigint
);
CREATE UNIQUE INDEX hold_is_one_row ON headrace.hold ((true));
INSERT INTO headrace.hold VALUES (NULL);
