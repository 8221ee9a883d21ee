-- A stop is kept until its refresh is over, and the next one is written down meanwhile.
ALTER TABLE headrace.mart_stop DROP CONSTRAINT mart_stop_pkey, ADD PRIMARY KEY (mart, moment);
COMMENT ON TABLE headrace.mart_stop IS 'Moments before which the star is to stop, each until its mart has been refreshed or was given up';

GRANT SELECT ON headrace.mart_stop TO PUBLIC;
