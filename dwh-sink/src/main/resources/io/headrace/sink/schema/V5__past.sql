-- A replay that builds the star of a moment in the past has schemas and topics of its own meanwhile.
ALTER TABLE headrace.replay ADD COLUMN past_schema text;
COMMENT ON COLUMN headrace.replay.past_schema IS 'Where a star of the past is or was built, until what that needed is taken away';
