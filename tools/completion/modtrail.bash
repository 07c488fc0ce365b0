# bash completion for modtrail(8)

# Options of a command, read from its own help, so that they cannot disagree.
_modtrail_options()
{
	modtrail ${1:+"$1"} --help 2>/dev/null |
		sed -n 's/^ *\(-.*\)/\1/p' | sed 's/  .*//' | grep -oE -- '--?[a-zA-Z][a-z-]*'
}

# The last part of a list (a,b,c or +a,b), from the words given.
_modtrail_list()
{
	local last=${cur##*[,+]}
	local before=${cur%"$last"}

	mapfile -t COMPREPLY < <(compgen -P "$before" -W "$1" -- "$last")
	compopt -o nospace
}

_modtrail()
{
	local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD-1]} command='' i
	local commands='ingest report show rules selftest verify claim key sql status prune check'

	COMPREPLY=()
	for ((i = 1; i < COMP_CWORD; i++)); do
		case ${COMP_WORDS[i]} in
		-d | --trail) i=$((i + 1)) ;;
		-*) ;;
		*)
			command=${COMP_WORDS[i]}
			break
			;;
		esac
	done

	case $command:$prev in
	:-d | :--trail)
		mapfile -t COMPREPLY < <(compgen -f -- "$cur")
		return
		;;
	report:-a | report:--action) _modtrail_list 'load unload attempt unknown'; return ;;
	report:--outcome) _modtrail_list 'success failure none'; return ;;
	report:--origin) _modtrail_list 'interactive service autoload unknown'; return ;;
	report:-t | report:--tool) _modtrail_list 'insmod rmmod modprobe'; return ;;
	selftest:-a | selftest:--actor) _modtrail_list 'daemon root login'; return ;;
	selftest:-m | selftest:--module)
		mapfile -t COMPREPLY < <(compgen -W "$(find "/lib/modules/$(uname -r)/kernel" \
			-name '*.ko*' -printf '%f\n' 2>/dev/null | sed 's/\.ko.*//')" -- "$cur")
		return
		;;
	report:-o | report:--output)
		_modtrail_list "$(modtrail report --list-columns 2>/dev/null | cut -d' ' -f1)"
		return
		;;
	report:--since | report:--until | prune:--before)
		mapfile -t COMPREPLY < <(compgen -W 'now today yesterday 1h 1d 1w' -- "$cur")
		return
		;;
	report:-[Hmln] | report:--host | report:--module | report:--login | report:--key | \
	report:--limit | verify:-H | verify:--host | verify:--max-age | verify:--key | claim:-H | \
	rules:-k | rules:--key | selftest:-[kt] | selftest:--key | selftest:--timeout | claim:--host | claim:--machine | key:--accept | key:--trust | check:-H | check:--host | check:--day | ingest:--host | ingest:--key | sql:-e | sql:--execute)
		return
		;;
	esac

	case $command:$prev in
	claim:--rules | key:--import)
		mapfile -t COMPREPLY < <(compgen -f -- "$cur")
		return
		;;
	esac

	case $command:$cur in
	:-* | *:-*)
		mapfile -t COMPREPLY < <(compgen -W "$(_modtrail_options "$command")" -- "$cur")
		;;
	:*)
		mapfile -t COMPREPLY < <(compgen -W "$commands" -- "$cur")
		;;
	ingest:* | rules:*)
		mapfile -t COMPREPLY < <(compgen -f -- "$cur")
		;;
	sql:*)
		mapfile -t COMPREPLY < <(compgen -W "$(modtrail sql --names 2>/dev/null)" -- "$cur")
		;;
	esac
}

complete -o filenames -F _modtrail modtrail
