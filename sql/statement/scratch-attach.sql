ATTACH :uri AS stored;
