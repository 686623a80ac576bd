// SPDX-License-Identifier: GPL-2.0-only
/*
 * Plays to and records from each PCM of a driver, by write, by read and through a mapped buffer.
 *
 *   pcm BUS/DRIVER PERIODS
 */
#include <errno.h>
#include <fcntl.h>
#include <sound/asound.h>
#include <stdint.h>
#include <sys/ioctl.h>
#include <sys/mman.h>

#include "below.h"

#define CHANNELS	2
#define RATE		48000
#define PERIOD		1024	/* frames; a driver may want others */
#define FRAME_BYTES	(CHANNELS * 2)

struct stream {
	const char *name;
	int fd;
	unsigned int period, buffer;	/* frames */
};

static int fail(const struct stream *s, const char *what)
{
	printf("pcm: %s: %s: %s\n", s->name, what, strerror(errno));
	return 1;
}

static struct snd_interval *interval(struct snd_pcm_hw_params *p, int what)
{
	return &p->intervals[what - SNDRV_PCM_HW_PARAM_FIRST_INTERVAL];
}

static void want(struct snd_pcm_hw_params *p, int what, unsigned int value)
{
	*interval(p, what) = (struct snd_interval) { .min = value, .max = value, .integer = 1 };
}

static void choose(struct snd_pcm_hw_params *p, int what, unsigned int bit)
{
	struct snd_mask *m = &p->masks[what - SNDRV_PCM_HW_PARAM_FIRST_MASK];

	memset(m, 0, sizeof(*m));
	m->bits[bit / 32] = 1u << bit % 32;
}

static void begin_params(struct snd_pcm_hw_params *p, bool mapped)
{
	memset(p, 0, sizeof(*p));
	for (size_t i = 0; i < sizeof(p->masks) / sizeof(p->masks[0]); i++)
		memset(&p->masks[i], 0xff, sizeof(p->masks[i]));
	for (size_t i = 0; i < sizeof(p->intervals) / sizeof(p->intervals[0]); i++)
		p->intervals[i].max = UINT32_MAX;
	p->rmask = ~0u;
	p->info = ~0u;
	choose(p, SNDRV_PCM_HW_PARAM_ACCESS,
	       mapped ? SNDRV_PCM_ACCESS_MMAP_INTERLEAVED : SNDRV_PCM_ACCESS_RW_INTERLEAVED);
	choose(p, SNDRV_PCM_HW_PARAM_FORMAT, SNDRV_PCM_FORMAT_S16_LE);
	choose(p, SNDRV_PCM_HW_PARAM_SUBFORMAT, SNDRV_PCM_SUBFORMAT_STD);
	want(p, SNDRV_PCM_HW_PARAM_CHANNELS, CHANNELS);
	want(p, SNDRV_PCM_HW_PARAM_PERIODS, 4);
}

/* Takes the period that is asked for, or the smallest that the driver offers above it. */
static int set_params(struct stream *s, bool mapped)
{
	struct snd_pcm_hw_params p, try;
	struct snd_interval *rate = interval(&p, SNDRV_PCM_HW_PARAM_RATE);

	begin_params(&p, mapped);
	if (ioctl(s->fd, SNDRV_PCM_IOCTL_HW_REFINE, &p))
		return fail(s, "HW_REFINE");
	try = p;
	want(&try, SNDRV_PCM_HW_PARAM_RATE, RATE);
	try.rmask = ~0u;
	if (!ioctl(s->fd, SNDRV_PCM_IOCTL_HW_REFINE, &try))
		p = try;
	else
		rate->max = rate->min;
	try = p;
	want(&try, SNDRV_PCM_HW_PARAM_PERIOD_SIZE, PERIOD);
	try.rmask = ~0u;
	if (!ioctl(s->fd, SNDRV_PCM_IOCTL_HW_REFINE, &try))
		p = try;
	p.rmask = ~0u;
	if (ioctl(s->fd, SNDRV_PCM_IOCTL_HW_PARAMS, &p))
		return fail(s, "HW_PARAMS");
	s->period = interval(&p, SNDRV_PCM_HW_PARAM_PERIOD_SIZE)->min;
	s->buffer = interval(&p, SNDRV_PCM_HW_PARAM_BUFFER_SIZE)->min;
	if (ioctl(s->fd, SNDRV_PCM_IOCTL_PREPARE))
		return fail(s, "PREPARE");
	return 0;
}

/* One period over and over; an overrun or underrun is no fault of the driver. */
static int transfer(struct stream *s, bool plays, unsigned int periods)
{
	const unsigned long call = plays ? SNDRV_PCM_IOCTL_WRITEI_FRAMES :
					  SNDRV_PCM_IOCTL_READI_FRAMES;
	int16_t *buf = calloc(s->period, FRAME_BYTES);
	int bad = 0;

	for (unsigned int i = 0; i < s->period * CHANNELS; i++)
		buf[i] = i * 97;
	for (unsigned int i = 0; i < periods && !bad; i++) {
		struct snd_xferi x = { .buf = buf, .frames = s->period };

		if (!ioctl(s->fd, call, &x))
			continue;
		bad = errno != EPIPE ? fail(s, "transfer") :
		      ioctl(s->fd, SNDRV_PCM_IOCTL_PREPARE) ? fail(s, "PREPARE") : 0;
	}
	if (!bad && plays && ioctl(s->fd, SNDRV_PCM_IOCTL_DRAIN))
		bad = fail(s, "DRAIN");
	free(buf);
	return bad;
}

/* Lets it run over the mapped buffer, @periods long. */
static int transfer_mapped(struct stream *s, bool plays, unsigned int periods)
{
	size_t len = (size_t)s->buffer * FRAME_BYTES;
	size_t room = (len + 4095) & ~4095ul;
	int16_t *buf = mmap(NULL, room, PROT_READ | PROT_WRITE, MAP_SHARED, s->fd, 0);
	int bad = 0;

	if (buf == MAP_FAILED)
		return fail(s, "mmap");
	for (unsigned int i = 0; i < periods && !bad; i++) {
		struct snd_pcm_sync_ptr p = { .flags = SNDRV_PCM_SYNC_PTR_HWSYNC };

		if (ioctl(s->fd, SNDRV_PCM_IOCTL_SYNC_PTR, &p)) {
			if (errno == EPIPE && !ioctl(s->fd, SNDRV_PCM_IOCTL_PREPARE))
				continue;
			bad = fail(s, "SYNC_PTR");
			break;
		}
		if (plays)
			memset(buf, i, len);
		p.flags = 0;
		p.c.control.appl_ptr = p.s.status.hw_ptr + (plays ? s->buffer : 0);
		p.c.control.avail_min = s->period;
		if (ioctl(s->fd, SNDRV_PCM_IOCTL_SYNC_PTR, &p) && errno != EPIPE)
			bad = fail(s, "SYNC_PTR");
		if (p.s.status.state == SNDRV_PCM_STATE_PREPARED &&
		    ioctl(s->fd, SNDRV_PCM_IOCTL_START))
			bad = fail(s, "START");
		usleep(10000);
	}
	munmap(buf, room);
	ioctl(s->fd, SNDRV_PCM_IOCTL_DROP);
	return bad;
}

static int use(const char *name, unsigned int periods)
{
	bool plays = name[strlen(name) - 1] == 'p';
	int bad = 0;

	for (int mapped = 0; mapped < 2 && !bad; mapped++) {
		char path[80];
		struct stream s = { .name = name };

		snprintf(path, sizeof(path), "/dev/snd/%s", name);
		s.fd = open(path, O_RDWR | O_CLOEXEC);
		if (s.fd < 0)
			return fail(&s, "open");
		bad = set_params(&s, mapped) ||
		      (mapped ? transfer_mapped : transfer)(&s, plays, periods);
		close(s.fd);
	}
	return bad;
}

int main(int argc, char **argv)
{
	struct names pcms;
	int bad = 0;

	setvbuf(stdout, NULL, _IOLBF, 0);
	if (argc != 3)
		return 2;
	if (!wait_below(argv[1], "sound", "pcmC", 1, &pcms))
		return 1;
	for (int i = 0; i < pcms.nr; i++)
		bad |= use(pcms.v[i], strtoul(argv[2], NULL, 0));
	printf("pcm %s, %d streams: %s\n", argv[1], pcms.nr, bad ? "failed" : "done");
	return bad;
}
