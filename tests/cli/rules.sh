# What rule sets claim, and which of them could fire. Watches on links are left
# out: what becomes of them depends on this kernel's LSM list.
export MODTRAIL_DB=trail.db
for name in r03-modern r04-stig-unset r09-shadow-exe r05-task-never r07-b32-only r14-other-key; do
	cp "$top/testdata/capture/$name/rules" "$name.rules"
done
for name in r03-modern r04-stig-unset r09-shadow-exe r05-task-never r14-other-key; do
	run rules "$name.rules"
done
run rules --json r07-b32-only.rules
run rules --key module-load r14-other-key.rules

# The refused line takes those below it along.
{
	sed -n 4p r03-modern.rules
	echo '-a always,exit -F arch=b64 -S no_such_call -k modules'
	sed -n 6p r03-modern.rules
} > broken.rules
run rules broken.rules
printf 'this is no rule\n' > no.rules
run rules no.rules
