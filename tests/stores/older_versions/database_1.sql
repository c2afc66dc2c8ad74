BEGIN TRANSACTION;
CREATE TABLE autodash_records (
	address VARCHAR(32) NOT NULL, 
	key_json TEXT NOT NULL, 
	value_json TEXT NOT NULL, 
	position BIGINT NOT NULL, 
	PRIMARY KEY (address)
);
INSERT INTO "autodash_records" VALUES('6cba753256c0e78d3973456e2608e884','["dataset", "sample_1"]','{"name": "penguins", "rows": 345}',2);
INSERT INTO "autodash_records" VALUES('cea3878a334b240469d159ff840b6434','1','{"kind": "int"}',3);
INSERT INTO "autodash_records" VALUES('b30ee95ec6cda01eb712d912431fe867','true','{"kind": "bool", "day": {"$date": "2024-02-29"}}',4);
CREATE TABLE autodash_state (
	id INTEGER NOT NULL, 
	version INTEGER NOT NULL, 
	changes BIGINT NOT NULL, 
	PRIMARY KEY (id)
);
INSERT INTO "autodash_state" VALUES(1,1,6);
CREATE INDEX ix_autodash_records_position ON autodash_records (position);
COMMIT;
