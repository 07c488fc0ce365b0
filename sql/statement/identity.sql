-- What kind of database this is; tables = 0: nothing was ever made in it.
SELECT
	(SELECT application_id FROM pragma_application_id) AS application_id,
	(SELECT user_version FROM pragma_user_version) AS user_version,
	(SELECT count(*) FROM sqlite_schema) AS tables;
