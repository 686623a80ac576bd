// SPDX-License-Identifier: GPL-2.0-only
/* dmatorture: the executor's device and its sessions. See uapi/dmatorture.h. */
#include <linux/fs.h>
#include <linux/init.h>
#include <linux/miscdevice.h>
#include <linux/module.h>
#include <linux/nospec.h>
#include <linux/slab.h>
#include <linux/uaccess.h>
#include <linux/vmalloc.h>

#include "dmt.h"

bool dmt_crash;
module_param_named(crash, dmt_crash, bool, 0400);
MODULE_PARM_DESC(crash, "let crash steps of a program crash this kernel (for the harness's own tests)");

bool dmt_no_terminate;
module_param_named(no_terminate, dmt_no_terminate, bool, 0400);
MODULE_PARM_DESC(no_terminate, "treat engines as if they could not terminate (for the harness's own tests)");

struct session {
	struct mutex lock;	/* one caller at a time; held during a run */
	struct prog *prog;
	struct dmt_reason reason;
	u64 read_pos;		/* position in the last run's records, bytes */
	u32 nr_records;
	spinlock_t run_lock;	/* protects running: can the run be aborted? */
	bool running;
	struct dmt_run run;
};

static int dmt_open(struct inode *inode, struct file *file)
{
	struct session *s = kvzalloc(sizeof(*s), GFP_KERNEL);

	if (!s)
		return -ENOMEM;
	mutex_init(&s->lock);
	spin_lock_init(&s->run_lock);
	file->private_data = s;
	return stream_open(inode, file);
}

/* An engine may use its memory for ever: the session is kept and does nothing more. */
static bool is_lost(const struct session *s)
{
	return s->prog && s->prog->lost;
}

static struct prog *refuse_lost(struct dmt_reason *reason)
{
	*reason = (struct dmt_reason) { .error = -EIO };
	strscpy(reason->text, "this session's memory was given up to an engine: open another",
		sizeof(reason->text));
	return NULL;
}

/* Called with the last reference, so that no ioctl is under way. */
static int dmt_release(struct inode *inode, struct file *file)
{
	struct session *s = file->private_data;

	if (is_lost(s))
		return 0;
	dmt_run_free(&s->run);
	dmt_unload(s->prog);
	mutex_destroy(&s->lock);
	kvfree(s);
	return 0;
}

static ssize_t dmt_write(struct file *file, const char __user *user, size_t len, loff_t *pos)
{
	struct session *s = file->private_data;
	struct prog *prog;
	ssize_t ret = len;
	void *wire;

	if (len > DMT_MAX_PROGRAM)
		return -EFBIG;
	wire = vmemdup_user(user, len ?: 1);
	if (IS_ERR(wire))
		return PTR_ERR(wire);
	if (mutex_lock_interruptible(&s->lock)) {
		kvfree(wire);
		return -ERESTARTSYS;
	}
	dmt_fail_take();
	prog = is_lost(s) ? refuse_lost(&s->reason) : dmt_load(wire, len, &s->reason);
	dmt_fail_give();
	if (prog) {
		dmt_run_free(&s->run);
		s->nr_records = 0;
		s->read_pos = 0;
		dmt_unload(s->prog);
		s->prog = prog;
	} else {
		ret = s->reason.error;
	}
	mutex_unlock(&s->lock);
	kvfree(wire);
	return ret;
}

static ssize_t dmt_read(struct file *file, char __user *user, size_t len, loff_t *pos)
{
	struct session *s = file->private_data;
	u64 size;
	ssize_t n;

	if (mutex_lock_interruptible(&s->lock))
		return -ERESTARTSYS;
	size = (u64)s->nr_records * sizeof(struct dmt_record);
	n = min_t(u64, len, size - s->read_pos);
	n -= n % sizeof(struct dmt_record);
	if (n && copy_to_user(user, (u8 *)s->run.records + s->read_pos, n))
		n = -EFAULT;
	else
		s->read_pos += n;
	mutex_unlock(&s->lock);
	return n;
}

/* DMT_IOC_ABOUT: what is known of an engine since the last run. */
static int tell_about(const struct session *s, struct dmt_about __user *user)
{
	const struct eng *e;
	struct dmt_about about;
	u32 i;

	if (!s->prog)
		return -ENODATA;
	if (get_user(i, &user->engine))
		return -EFAULT;
	if (i >= s->prog->nr_engines)
		return -EINVAL;
	e = &s->prog->engines[array_index_nospec(i, s->prog->nr_engines)];
	if (!e->about.device[0])
		return -ENODATA;
	about = e->about;
	about.engine = i;
	return copy_to_user(user, &about, sizeof(about)) ? -EFAULT : 0;
}

static long run_program(struct session *s, struct dmt_sums __user *user)
{
	struct dmt_sums sums;
	int err;

	if (!s->prog)
		return -ENODATA;
	if (is_lost(s))
		return -EIO;
	dmt_run_free(&s->run);
	s->nr_records = 0;
	s->read_pos = 0;
	dmt_fail_take();
	err = dmt_run_init(&s->run, s->prog);
	dmt_fail_give();
	if (err)
		return err;

	spin_lock(&s->run_lock);
	s->running = true;
	spin_unlock(&s->run_lock);
	dmt_run(&s->run, &sums);
	spin_lock(&s->run_lock);
	s->running = false;
	spin_unlock(&s->run_lock);

	s->nr_records = sums.records;
	return copy_to_user(user, &sums, sizeof(sums)) ? -EFAULT : 0;
}

static long dmt_ioctl(struct file *file, unsigned int cmd, unsigned long arg)
{
	struct session *s = file->private_data;
	long ret;

	if (cmd == DMT_IOC_ABORT) {	/* RUN holds the mutex meanwhile */
		spin_lock(&s->run_lock);
		if (s->running)
			dmt_abort(&s->run, -EINTR);
		spin_unlock(&s->run_lock);
		return 0;
	}
	if (mutex_lock_interruptible(&s->lock))
		return -ERESTARTSYS;
	switch (cmd) {
	case DMT_IOC_RUN:
		ret = run_program(s, (void __user *)arg);
		break;
	case DMT_IOC_ABOUT:
		ret = tell_about(s, (void __user *)arg);
		break;
	case DMT_IOC_REASON:
		ret = copy_to_user((void __user *)arg, &s->reason, sizeof(s->reason)) ? -EFAULT : 0;
		break;
	default:
		ret = -ENOTTY;
	}
	mutex_unlock(&s->lock);
	return ret;
}

static const struct file_operations dmt_fops = {
	.owner		= THIS_MODULE,
	.open		= dmt_open,
	.release	= dmt_release,
	.read		= dmt_read,
	.write		= dmt_write,
	.unlocked_ioctl	= dmt_ioctl,
	.compat_ioctl	= compat_ptr_ioctl,
};

static struct miscdevice dmt_misc = {
	.minor	= MISC_DYNAMIC_MINOR,
	.name	= DMT_DEVICE,
	.fops	= &dmt_fops,
	.mode	= 0600,
};

module_misc_device(dmt_misc);
MODULE_DESCRIPTION("Executor of dmatorture programs");
MODULE_LICENSE("GPL");
