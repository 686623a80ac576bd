// SPDX-License-Identifier: GPL-2.0-only
/*
 * From nothing to a guest that goes on with its plan. All guests boot to the same point, where
 * the agent pauses the machine; what differs is where they go on:
 *
 *	restored	image is good -> RESTORE -> RUN
 *	first of its	no image -> BOOT to the pause -> SAVE -> RESTORE -> RUN
 *	own		BOOT to the pause -> RUN, in that very QEMU
 *
 * A guest of its own is asked for (opts->boot), is all that can be done for some machines, and
 * is what is left when there is no image to be had.
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/statvfs.h>
#include <sys/wait.h>
#include <unistd.h>

#include "internal.h"

#define CAPABILITIES	"{\"execute\":\"qmp_capabilities\"}\n"
/* Events say how a migration goes; memory is in a file, not in the stream. */
#define MIGRATE_HOW	"{\"execute\":\"migrate-set-capabilities\",\"arguments\":{\"capabilities\":[" \
			"{\"capability\":\"events\",\"state\":true}," \
			"{\"capability\":\"x-ignore-shared\",\"state\":true}]}}\n"
/*
 * A QEMU that has come in says so on its networks, though it has none: five timers that wake its
 * main loop in the first second and a half. What that can do is in processor.c.
 */
#define NO_ANNOUNCE	"{\"execute\":\"migrate-set-parameters\",\"arguments\":{" \
			"\"announce-rounds\":0}}\n"
#define MIGRATE		"{\"execute\":\"migrate\",\"arguments\":{\"uri\":\"fd:state\"}}\n"
#define GETFD		"{\"execute\":\"getfd\",\"arguments\":{\"fdname\":\"state\"}}\n"
#define REGISTERS	"{\"execute\":\"human-monitor-command\",\"arguments\":{" \
			"\"command-line\":\"info registers\"}}\n"
#define EXAMINE		"{\"execute\":\"human-monitor-command\",\"arguments\":{" \
			"\"command-line\":\"x /1xw 0x%llx\"}}\n"
#define GO_ON		"{\"execute\":\"cont\"}\n"
#define QUIT		"{\"execute\":\"quit\"}\n"

#define WAIT_FOR_IMAGE_S 300	/* for another program that makes it, or holds a bad one */
#define MAX_RESTORES	2
#define ROOM		(512u << 20)	/* that making an image may take, in bytes */

/*
 * Not with several processors under a fixed instruction clock: they poll when they have nothing
 * to do, and QEMU cannot stop a machine at a moment of its own of which no processor sleeps.
 * KVM's guests are not repeatable, and there was no machine to try their images on. With
 * devices of somebody's choice nobody knows whether QEMU can save them (nvme: it cannot).
 */
bool vm_pauses(const struct vm_opts *opts)
{
	return vm_machine(opts)->watchdog && !opts->kvm && !(opts->devices && *opts->devices) &&
	       !world_has_masters(opts->world) &&	/* QEMU does not save edu */
	       (opts->smp == 1 || opts->free_running);
}

static void forget_guest(struct vm *vm)
{
	static const char *const files[] = { "console.log", "channel.bin" };

	for (size_t i = 0; i < 2; i++) {
		char *path = vm_in_dir(vm->opts, files[i]);

		unlink(path);
		free(path);
	}
	if (vm->channel >= 0)
		close(vm->channel);
	vm->channel = -1;
	vm->in.len = 0;
	vm->next_seq = 0;
}

static int boot(struct vm *vm, enum qemu_role role, char *why)
{
	int err = vm_write_file(vm->opts, "initrd.img", strbuf_str(&vm->initrd), vm->initrd.len, why);

	forget_guest(vm);
	vm->phase = vm_pauses(vm->opts) ? PHASE_BOOT : PHASE_RUN;
	if (!err)
		err = vm_spawn(vm, role, why);
	qmp_send(&vm->qmp, CAPABILITIES, -1);
	return err;
}

/* There is no image to be had, and @what says why. */
static int boot_instead(struct vm *vm, const char *what, char *why)
{
	fprintf(stderr, "dmatorture: no image of this guest, it boots: %s\n", what);
	vm_end_process(vm);
	if (vm->has_image) {
		image_distrust(&vm->image);
		image_close(&vm->image);
	}
	vm->has_image = false;
	return boot(vm, QEMU_BOOT, why);
}

/* Without room QEMU would be killed when the guest touches its memory. */
static bool has_room(const struct image *im)
{
	struct statvfs fs;

	return statvfs(im->dir, &fs) || (uint64_t)fs.f_bavail * fs.f_frsize >= ROOM;
}

/* What the guest said until the pause belongs to each of its runs. */
static int copy_out(struct vm *vm, const char *name, char *why)
{
	char *path = image_path(&vm->image, name);
	struct strbuf sb = STRBUF_INIT;
	int err = strbuf_read_file(&sb, path);

	if (err)
		snprintf(why, 256, "%s: %s", path, strerror(-err));
	else
		err = vm_write_file(vm->opts, name, strbuf_str(&sb), sb.len, why);
	strbuf_free(&sb);
	free(path);
	return err;
}

static int copy_in(struct vm *vm, const char *name, char *why)
{
	char *from = vm_in_dir(vm->opts, name);
	const struct vm_opts image = { .dir = vm->image.dir };
	struct strbuf sb = STRBUF_INIT;
	int err = strbuf_read_file(&sb, from);

	if (err)
		snprintf(why, 256, "%s: %s", from, strerror(-err));
	else
		err = vm_write_file(&image, name, strbuf_str(&sb), sb.len, why);
	strbuf_free(&sb);
	free(from);
	return err;
}

static int restore(struct vm *vm, char *why)
{
	char *path = image_path(&vm->image, IMAGE_STATE);
	int state = open(path, O_RDONLY | O_CLOEXEC), err = 0;

	vm->phase = PHASE_RESTORE;
	vm->restores++;
	forget_guest(vm);
	if (state < 0) {
		err = -errno;
		snprintf(why, 256, "%s: %s", path, strerror(-err));
	}
	if (!err)
		err = copy_out(vm, IMAGE_CONSOLE, why);
	if (!err)
		err = copy_out(vm, IMAGE_CHANNEL, why);
	if (!err)
		err = vm_spawn(vm, QEMU_RESTORE, why);
	if (!err) {
		qmp_send(&vm->qmp, CAPABILITIES, -1);
		qmp_send(&vm->qmp, MIGRATE_HOW, -1);
		qmp_send(&vm->qmp, NO_ANNOUNCE, -1);
		qmp_send(&vm->qmp, GETFD, state);
		qmp_send(&vm->qmp, "{\"execute\":\"migrate-incoming\",\"arguments\":{\"uri\":\"fd:state\"}}\n",
			 -1);
	}
	if (state >= 0)
		close(state);
	free(path);
	return err;
}

static int look(struct vm *vm, char *why)
{
	char what[256] = "";

	vm->phase = PHASE_WAIT;
	vm->last_sign = vm_now_s();
	switch (image_look(&vm->image, what)) {
	case IMAGE_GOOD:
		return restore(vm, why);
	case IMAGE_MAKE:
		if (!has_room(&vm->image)) {
			snprintf(what, sizeof(what), "less than %u MiB are free in %.180s",
				 ROOM >> 20, vm->image.base);
			return boot_instead(vm, what, why);
		}
		return boot(vm, QEMU_SAVE, why);
	case IMAGE_BUSY:
		if (!vm->waits_since)
			vm->waits_since = vm_now_s();
		if (vm_now_s() - vm->waits_since < WAIT_FOR_IMAGE_S)
			return 0;
		snprintf(what, sizeof(what), "another program has held it for %d s",
			 WAIT_FOR_IMAGE_S);
		break;
	default:
		break;
	}
	/* It is not locked: another program may use it, and nothing is known against it. */
	image_close(&vm->image);
	vm->has_image = false;
	return boot_instead(vm, what, why);
}

int vm_begin(struct vm *vm, char *why)
{
	struct strbuf key = STRBUF_INIT;
	char what[256] = "";
	int err;

	vm->exited = true;
	if (vm->opts->boot || !vm_pauses(vm->opts))
		return boot(vm, QEMU_BOOT, why);
	vm_key(&key, vm->opts, &vm->initrd);
	err = image_open(&vm->image, strbuf_str(&key), what);
	strbuf_free(&key);
	if (err)
		return boot_instead(vm, what, why);
	vm->has_image = true;
	return look(vm, why);
}

/* Nothing can be done any more: as if QEMU had said so. */
static void fail(struct vm *vm, const char *why)
{
	vm_end_process(vm);
	vm->exited = true;
	vm->phase = PHASE_RUN;
	snprintf(vm->title, sizeof(vm->title), "%s", why);
}

static void give_up_image(struct vm *vm, const char *what)
{
	char why[256] = "";

	if (boot_instead(vm, what, why))
		fail(vm, why);
}

static void save(struct vm *vm)
{
	char *path = image_path(&vm->image, IMAGE_STATE);
	int state = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);

	vm->phase = PHASE_SAVE;
	if (state < 0) {
		char what[256];

		snprintf(what, sizeof(what), "%.200s: %s", path, strerror(errno));
		give_up_image(vm, what);
	} else {
		qmp_send(&vm->qmp, MIGRATE_HOW, -1);
		qmp_send(&vm->qmp, GETFD, state);
		qmp_send(&vm->qmp, MIGRATE, -1);
		close(state);
	}
	free(path);
}

/* The agent has stopped the machine. */
static void on_pause(struct vm *vm)
{
	if (vm->role == QEMU_SAVE) {
		qmp_send(&vm->qmp, REGISTERS, -1);	/* on_registers() */
		return;
	}
	qmp_send(&vm->qmp, GO_ON, -1);
	vm->phase = PHASE_RUN;
}

/*
 * A processor at work has run on for as long as QEMU took to stop it: such an image would give
 * other results than the next one. Without a fixed instruction clock nothing is repeatable anyway.
 */
static void on_registers(struct vm *vm, const char *said)
{
	const struct machine *m = vm_machine(vm->opts);
	const char *pc = m->idle_pc ? strstr(said, m->idle_pc) : NULL;
	char idle[16];

	if (pc && !vm->opts->free_running) {
		/* Is it behind the instruction that puts it to sleep? The answer comes here too. */
		char *ask = xasprintf(EXAMINE, strtoull(pc + strlen(m->idle_pc), NULL, 16) - 4);

		qmp_send(&vm->qmp, ask, -1);
		free(ask);
		return;
	}
	snprintf(idle, sizeof(idle), "0x%08x", m->idle_insn);
	if (vm->opts->free_running || strstr(said, m->idle_text ? m->idle_text : idle))
		save(vm);
	else
		give_up_image(vm, "it was not asleep when it was to be saved");
}

static void on_message(struct vm *vm, const json_t *msg)
{
	const char *text = json_string_value(json_object_get(msg, "return"));
	const char *status = qmp_migration(msg), *error = qmp_error(msg);

	if (qmp_is_answer(msg, LEFTOVER_ID)) {
		if (leftover_answer(&vm->leftover, &vm->qmp, vm->opts->dir, error))
			vm_end(vm);
		return;
	}
	if (qmp_is_event(msg, "GUEST_PANICKED")) {
		vm->panicked = true;
		vm_bury(vm);
		return;
	}
	if (vm->phase == PHASE_BOOT && qmp_is_event(msg, "WATCHDOG")) {
		on_pause(vm);
	} else if (vm->phase == PHASE_BOOT && text) {
		on_registers(vm, text);
	} else if (error && vm->phase != PHASE_RUN) {
		give_up_image(vm, error);
	} else if (vm->phase == PHASE_SAVE && status && !strcmp(status, "completed")) {
		qmp_send(&vm->qmp, QUIT, -1);
	} else if (vm->phase == PHASE_SAVE && status && !strcmp(status, "failed")) {
		give_up_image(vm, "QEMU could not save it");
	} else if (vm->phase == PHASE_RESTORE && status && !strcmp(status, "completed")) {
		qmp_send(&vm->qmp, GO_ON, -1);
		vm->phase = PHASE_RUN;
	}
}

void vm_step(struct vm *vm)
{
	char why[256] = "";
	json_t *msg;

	if (vm->phase == PHASE_WAIT) {
		if (look(vm, why))
			fail(vm, why);
		return;
	}
	while ((msg = qmp_next(&vm->qmp))) {
		on_message(vm, msg);
		json_decref(msg);
	}
}

/* The image is whole: the guest that was booted for it goes on from it, as all later ones. */
static void saved(struct vm *vm)
{
	char why[256] = "";

	if (copy_in(vm, IMAGE_CONSOLE, why) || copy_in(vm, IMAGE_CHANNEL, why) ||
	    image_finish(&vm->image, why)) {
		give_up_image(vm, why);
		return;
	}
	image_prune(vm->image.base, image_limit());
	if (restore(vm, why))
		give_up_image(vm, why);
}

bool vm_exited_early(struct vm *vm)
{
	bool is_clean = !vm->lost && WIFEXITED(vm->status) && !WEXITSTATUS(vm->status);
	char why[256] = "";

	if (vm->killed || !vm->has_image)
		return false;
	switch (vm->phase) {
	case PHASE_BOOT:
		/* The file of its memory found no room. */
		if (!WIFSIGNALED(vm->status) || WTERMSIG(vm->status) != SIGBUS)
			return false;
		give_up_image(vm, "the cache has no room for its memory");
		return true;
	case PHASE_SAVE:
		if (is_clean)
			saved(vm);
		else
			give_up_image(vm, "QEMU ended while it was saved");
		return true;
	case PHASE_RESTORE:
		if (vm->restores >= MAX_RESTORES) {
			give_up_image(vm, "QEMU does not take the image that it made");
			return true;
		}
		/* Made anew, once. */
		image_distrust(&vm->image);
		if (look(vm, why))
			fail(vm, why);
		return true;
	default:
		return false;
	}
}
