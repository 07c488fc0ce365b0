# What the programs of the bench share; they are run from the project's top folder.
# shellcheck shell=sh disable=SC2034 # they use what is set here

BENCH=tests/vm
BUILD=${BUILD:-build}
RELEASE=${RELEASE:-bookworm}
VM=$BUILD/vm
IMAGE=$VM/$RELEASE
MODTRAIL=${MODTRAIL:-$BUILD/modtrail}

die()
{
	echo "${0##*/}: $*" >&2
	exit 1
}

[ -d "$BENCH/scenario" ] || die "run this from the project's top folder: there is no $BENCH here"
