run
run --help
run --version
run nosuch
run -x report
run report --nosuch
run report --limit many
run report --action explode
run report -o nosuch
run report --since neverland
run ingest -k ''
run ingest -f a b
run show
run show x
run sql nosuch
run rules nosuch.rules
run status x
run sql module-history a=b
run report --since now --until 2h
