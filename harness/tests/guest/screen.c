// SPDX-License-Identifier: GPL-2.0-only
/*
 * Draws: a dumb buffer of DRM on each connector, written, shown, written again and flushed.
 *
 *   screen BUS/DRIVER FRAMES
 *
 * The structures are those of drm/drm.h and drm_mode.h, which linux-libc-dev does not have.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <sys/ioctl.h>
#include <sys/mman.h>

#include "below.h"

struct mode {
	uint32_t clock;
	uint16_t h[5], v[5];	/* the first of each: how much is shown */
	uint32_t refresh, flags, type;
	char name[32];
};

struct resources {
	uint64_t fbs, crtcs, connectors, encoders;	/* arrays */
	uint32_t nr_fbs, nr_crtcs, nr_connectors, nr_encoders;
	uint32_t min_width, max_width, min_height, max_height;
};

struct connector {
	uint64_t encoders, modes, props, values;	/* arrays */
	uint32_t nr_modes, nr_props, nr_encoders;
	uint32_t encoder, id, type, type_id, connection, mm_width, mm_height, subpixel, pad;
};

struct crtc {
	uint64_t connectors;
	uint32_t nr_connectors, id, fb, x, y, gamma, valid;
	struct mode mode;
};

struct dumb {
	uint32_t height, width, bpp, flags, handle, pitch;
	uint64_t size;
};

struct map_dumb {
	uint32_t handle, pad;
	uint64_t offset;
};

struct fb {
	uint32_t id, width, height, pitch, bpp, depth, handle;
};

struct dirty {
	uint32_t fb, flags, color, clips;
	uint64_t clip;
};

#define GET_RESOURCES	_IOWR('d', 0xa0, struct resources)
#define SET_CRTC	_IOWR('d', 0xa2, struct crtc)
#define GET_CONNECTOR	_IOWR('d', 0xa7, struct connector)
#define ADD_FB		_IOWR('d', 0xae, struct fb)
#define REMOVE_FB	_IOWR('d', 0xaf, uint32_t)
#define DIRTY_FB	_IOWR('d', 0xb1, struct dirty)
#define CREATE_DUMB	_IOWR('d', 0xb2, struct dumb)
#define MAP_DUMB	_IOWR('d', 0xb3, struct map_dumb)
#define DESTROY_DUMB	_IOWR('d', 0xb4, uint32_t)

#define MAX_OBJECTS	8
#define MAX_MODES	64

static int fail(const char *what)
{
	printf("screen: %s: %s\n", what, strerror(errno));
	return 1;
}

/* The first connector that something is connected to, and its first mode. */
static int find_output(int fd, uint32_t *connector, uint32_t *crtc, struct mode *mode)
{
	uint32_t crtcs[MAX_OBJECTS], connectors[MAX_OBJECTS];
	static struct mode modes[MAX_MODES];
	struct resources r = { .crtcs = (uintptr_t)crtcs, .connectors = (uintptr_t)connectors,
			       .nr_crtcs = MAX_OBJECTS, .nr_connectors = MAX_OBJECTS };

	if (ioctl(fd, GET_RESOURCES, &r) || !r.nr_crtcs)
		return fail("GETRESOURCES");
	for (uint32_t i = 0; i < r.nr_connectors && i < MAX_OBJECTS; i++) {
		struct connector c = { .id = connectors[i] };

		/* without room it looks what there is, with room it tells */
		if (ioctl(fd, GET_CONNECTOR, &c))
			continue;
		c = (struct connector) { .id = connectors[i], .nr_modes = c.nr_modes,
					 .modes = (uintptr_t)modes };
		if (c.nr_modes > MAX_MODES)
			c.nr_modes = MAX_MODES;
		if (ioctl(fd, GET_CONNECTOR, &c) || c.connection != 1 || !c.nr_modes)
			continue;
		*connector = connectors[i];
		*crtc = crtcs[0];
		*mode = modes[0];
		return 0;
	}
	errno = ENODEV;
	return fail("a connector");
}

static int show(int fd, unsigned int frames)
{
	uint32_t connector = 0, crtc = 0, *pixels;
	struct crtc set = { .valid = 1, .nr_connectors = 1, .connectors = (uintptr_t)&connector };
	struct dumb d = { .bpp = 32 };
	struct map_dumb m = { 0 };
	struct fb fb;
	int bad;

	if (find_output(fd, &connector, &crtc, &set.mode))
		return 1;
	d.width = set.mode.h[0];
	d.height = set.mode.v[0];
	if (ioctl(fd, CREATE_DUMB, &d))
		return fail("CREATE_DUMB");
	fb = (struct fb) { .width = d.width, .height = d.height, .pitch = d.pitch, .bpp = 32,
			   .depth = 24, .handle = d.handle };
	m.handle = d.handle;
	if (ioctl(fd, ADD_FB, &fb) || ioctl(fd, MAP_DUMB, &m))
		return fail("a frame buffer");
	pixels = mmap(NULL, d.size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, m.offset);
	if (pixels == MAP_FAILED)
		return fail("mmap");
	memset(pixels, 0x55, d.size);
	set.id = crtc;
	set.fb = fb.id;
	bad = ioctl(fd, SET_CRTC, &set) && fail("SETCRTC");
	for (unsigned int i = 0; i < frames && !bad; i++) {
		struct dirty dirty = { .fb = fb.id };

		for (uint64_t k = 0; k < d.size / 4; k += 256)
			pixels[k + i % 256] = i * 0x010203 + k;
		if (ioctl(fd, DIRTY_FB, &dirty) && errno != ENOSYS)
			bad = fail("DIRTYFB");
	}
	munmap(pixels, d.size);
	/* The screen is off before its buffer goes. */
	set.valid = set.fb = set.nr_connectors = 0;
	bad |= ioctl(fd, SET_CRTC, &set) && fail("SETCRTC off");
	bad |= ioctl(fd, REMOVE_FB, &fb.id) && fail("RMFB");
	bad |= ioctl(fd, DESTROY_DUMB, &d.handle) && fail("DESTROY_DUMB");
	return bad;
}

int main(int argc, char **argv)
{
	struct names cards;
	int bad = 0;

	setvbuf(stdout, NULL, _IOLBF, 0);
	if (argc != 3)
		return 2;
	if (!wait_below(argv[1], "drm", "card", 1, &cards))
		return 1;
	for (int i = 0; i < cards.nr; i++) {
		char path[80];
		int fd;

		if (strchr(cards.v[i], '-'))	/* a connector */
			continue;
		snprintf(path, sizeof(path), "/dev/dri/%s", cards.v[i]);
		fd = open(path, O_RDWR | O_CLOEXEC);
		bad |= fd < 0 ? fail(path) : show(fd, strtoul(argv[2], NULL, 0));
		close(fd);
	}
	printf("screen %s: %s\n", argv[1], bad ? "failed" : "done");
	return bad;
}
