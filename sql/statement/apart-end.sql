-- The tables of the trail have their names again.
DROP TABLE IF EXISTS temp.apart;
DROP TABLE IF EXISTS temp.news;
DROP TABLE IF EXISTS temp.judgement;
DROP TABLE IF EXISTS temp.cell;
DROP TABLE IF EXISTS temp.cell_change;
DROP TABLE IF EXISTS temp.new_judgement;
DROP TABLE IF EXISTS temp.old_judgement;
DROP TABLE IF EXISTS temp.new_cell;
DROP TABLE IF EXISTS temp.old_cell;
DROP TABLE IF EXISTS temp.new_change;
DROP TABLE IF EXISTS temp.old_change;
