#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-only
# Tests dmatorture predict and run --predict: what the model says, and where a guest surprises it.

load common

KERNEL=$(kernels | cut -d' ' -f1)

# Catches: a prediction that is not printed, or is the same in every world.
@test "predict: what data come to and which classes are named, in each world" {
	run "$D" predict overlap/one-op
	[ "$status" -eq 0 ]
	says "    must   early-map x_src  line 26: map x_src = xor parity TO_DEVICE"
	says "    must   overlap-one-op t_xor"
	[ "$(sed -n '/@strict/,$p' <<< "$output" | grep -c '^    data   corrupt$')" -eq 1 ]
	[ "$(grep -c '^    data   intact$' <<< "$output")" -eq 3 ]
}

@test "predict --json: an object in each line, with the rule and its document" {
	run "$D" predict --json --world bounce order/legacy
	[ "$status" -eq 0 ]
	[ "${#lines[@]}" -eq 18 ]
	[ "$(jq -rs '[.[].data] | unique | join(" ")' <<< "$output")" = corrupt ]
	[ "$(jq -rs 'map(.claims[] | select(.class == "early-map").document | contains("dma-api")) | all' <<< "$output")" = true ]
}

# Catches: a rule without a document, and a word for --without that is not taken.
@test "predict --rules names each rule; --without switches one off" {
	run "$D" predict --rules
	[ "$status" -eq 0 ]
	says "early-map"
	[ "$(grep -cE '^ {25}.*(\.rst|\.[ch]|\.md)' <<< "$output")" -eq "$(($(wc -l <<< "$output") / 2))" ]
	run "$D" predict --world strict --without early-map overlap/one-op
	[ "$status" -eq 0 ]
	! grep -q early-map <<< "$output"
	run "$D" predict --without early-mop overlap/one-op
	[ "$status" -eq 2 ]
	says "no rule 'early-mop'"
}

# Catches: an order that is not tried; a schedule that leads elsewhere, or is not the shortest.
@test "predict --all-orders: each outcome of two threads, with the shortest schedule" {
	cat > "$BATS_TEST_TMPDIR/race.dma" <<-'END'
	scenario test/race
	    "one thread copies a page, the other reads it without waiting"
	engine copy memcpy like fsl-dma
	buffer src 4K random
	buffer dst 4K zero
	thread {
	    map m_src = copy src TO_DEVICE
	    map m_dst = copy dst FROM_DEVICE
	    prep t = copy memcpy m_dst <- m_src
	    submit t
	    issue copy
	    wait t
	    unmap m_src m_dst
	}
	thread { check dst == src }
	END
	run "$D" predict --all-orders --world bounce "$BATS_TEST_TMPDIR/race.dma"
	[ "$status" -eq 0 ]
	says "data   may be corrupt"
	says "some order: intact; the shortest, 11 turns"
	says "some order: corrupt, first by line 15: check dst == src; the shortest, 11 turns"
	says "t moves its bytes"
	# In the schedule that is intact, the check comes last.
	sed -n '/order: intact/,/order: corrupt/p' <<< "$output" | grep -v order: | tail -n 1 | grep -q check
}

@test "predict: what it says nothing of, and what it cannot read" {
	run "$D" predict md/none
	[ "$status" -eq 0 ]
	says "undecided: a workload"
	run "$D" predict order/shared-foreign
	[ "$status" -eq 0 ]
	says "skipped: it uses addresses of another mapping domain"
	run "$D" predict no/such
	[ "$status" -eq 2 ]
	run "$D" predict
	[ "$status" -eq 2 ]
	says "which scenario?"
}

# Catches: a comparison that never finds anything. One rule is switched off, so that what the
# judge finds by it must surprise the model; all the rest must not.
@test "run --predict: a guest surprises the model where a rule is switched off, and nowhere else" {
	run "$D" run --kernel "$KERNEL" --world strict --results "$BATS_TEST_TMPDIR" \
		--predict-without early-map overlap/one-op overlap/reuse violation/early-map \
		violation/early-map-right violation/unmap-active violation/terminate-no-sync \
		violation/foreign-submit violation/leak violation/missing-fence context/static
	[ "$status" -eq 0 ]
	says "surprise overlap/one-op @strict"
	says "    early-map x_src"
	says "surprise violation/early-map @strict"
	says "is named: the model has no rule that is broken so"
	says "predicted: $(jq '.cells | length' "$(run_dir)/result.json") cells, 2 of them with a surprise; of 0 the model says nothing"
}

# Catches: a rule of the model that guests do not bear out, or a judge that is wrong, in any of the
# suite's programs.
# bats test_tags=full
@test "run --predict: no program of the suite surprises the model, in any world" {
	for k in $(kernels); do
		run "$D" run --kernel "$k" --predict --results "$BATS_TEST_TMPDIR" overlap/ violation/ \
			context/ stripe/ history/ 'order/[bdeos]*'
		says ", 0 of them with a surprise"
	done
}
