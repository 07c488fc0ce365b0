INSERT INTO temp.news SELECT n.* FROM temp.apart AS a JOIN main.news AS n ON n.host_id = a.host_id;
INSERT INTO temp.judgement
	SELECT j.* FROM temp.apart AS a CROSS JOIN main.judgement AS j ON j.host_id = a.host_id;
INSERT INTO temp.cell SELECT c.* FROM temp.apart AS a CROSS JOIN main.cell AS c ON c.host_id = a.host_id;
INSERT INTO temp.cell_change
	SELECT c.* FROM temp.apart AS a CROSS JOIN main.cell_change AS c ON c.host_id = a.host_id;
