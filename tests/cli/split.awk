# split.awk -v folder=FOLDER - what a case printed into FOLDER, a file for each command: 07-verify
#
# The files in their order are the input again.
BEGIN {
	file = folder "/00-start"
}
/^\$ modtrail/ {
	word = ""
	for (i = 3; i <= NF && word == ""; i++)
		if ($i == "-d")
			i++
		else if ($i !~ /^-/)
			word = $i
	if (word == "")
		word = $3
	gsub(/[^a-z]/, "", word)
	close(file)
	file = sprintf("%s/%02d-%s", folder, ++number, word == "" ? "modtrail" : word)
}
{
	print > file
}
