#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# What a board does with a package of dmatorture. It needs a shell, rm and nothing else.
#
#   sh run.sh                  run all plans below boots/; what they say stays there
#   sh run.sh probe            what this machine is, and what it lacks
#   sh run.sh run              run plan.bin, print its frames
#   sh run.sh follow BYTE      print them from that byte on
#   sh run.sh console [USEC]   print the kernel's log, as it comes
#   sh run.sh clean            unload what was loaded, and remove this directory
#
# It mounts nothing and loads nothing by itself: the agent loads the files that modules.load
# names, and unloads them when the plan has ended, however that was.
cd "$(dirname "$0")" || exit 3
if [ ! -f modules.load ] || [ ! -f agent ]; then
	echo "run.sh: this directory is no package of dmatorture" >&2
	exit 3
fi
if [ ! -x agent ]; then
	echo "run.sh: nothing can be run here (is $(pwd) on a file system that is mounted noexec?): use another directory (--board-dir)" >&2
	exit 3
fi
case ${1-} in
"") exec ./agent board all ;;
probe | run | follow | console) exec ./agent board "$@" ;;
clean)
	./agent board clean || exit
	dir=$(pwd)
	cd / && rm -rf "$dir"
	;;
*)
	sed -n 's/^# \{0,1\}//p' "$0" >&2 2>/dev/null
	exit 2
	;;
esac
