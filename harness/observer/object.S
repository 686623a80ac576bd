/* SPDX-License-Identifier: GPL-2.0-only */
/* The BPF objects inside the program: what enters a guest is one file. */
	.section .rodata
	.balign 8
	.globl observer_object, observer_object_end
observer_object:
	.incbin OBSERVER_OBJECT
observer_object_end:
	.balign 8
	.globl early_object, early_object_end
early_object:
	.incbin EARLY_OBJECT
early_object_end:
	.balign 8
	.globl cpu_object, cpu_object_end
cpu_object:
	.incbin CPU_OBJECT
cpu_object_end:
	.section .note.GNU-stack, "", @progbits
