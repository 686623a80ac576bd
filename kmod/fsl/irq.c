// SPDX-License-Identifier: GPL-2.0-only
/*
 * The models' interrupt controller. Its lines are level triggered; an irq_work delivers
 * them in hard interrupt context. The kernel's irq_sim would not do: it handles edges with
 * handle_simple_irq(), which drops an edge that comes while another is handled. A level is
 * checked again when the line is unmasked.
 */
#include <linux/interrupt.h>
#include <linux/irq.h>
#include <linux/irqdomain.h>

#include "bus.h"

static void kick(struct fsl_line *line)
{
	if (READ_ONCE(line->level) && !READ_ONCE(line->masked))
		irq_work_queue(&line->work);
}

static void line_work(struct irq_work *work)
{
	struct fsl_line *line = container_of(work, struct fsl_line, work);

	if (READ_ONCE(line->level) && !READ_ONCE(line->masked))
		generic_handle_irq(line->virq);
}

static void line_mask(struct irq_data *d)
{
	struct fsl_line *line = irq_data_get_irq_chip_data(d);

	WRITE_ONCE(line->masked, true);
}

static void line_unmask(struct irq_data *d)
{
	struct fsl_line *line = irq_data_get_irq_chip_data(d);

	WRITE_ONCE(line->masked, false);
	smp_mb();	/* pairs with fsl_line_set(): one of the two sees the other's write */
	kick(line);
}

static struct irq_chip line_chip = {
	.name = "fslmodel",
	.irq_mask = line_mask,
	.irq_unmask = line_unmask,
};

static int line_map(struct irq_domain *domain, unsigned int virq, irq_hw_number_t hwirq)
{
	struct fsl_device *fd = domain->host_data;

	irq_set_chip_and_handler(virq, &line_chip, handle_level_irq);
	irq_set_chip_data(virq, &fd->line[hwirq]);
	irq_set_noprobe(virq);
	return 0;
}

static const struct irq_domain_ops domain_ops = {
	.map = line_map,
	.xlate = irq_domain_xlate_onecell,
};

int fsl_irqs_add(struct fsl_device *fd)
{
	unsigned int i;

	fd->irqs = irq_domain_create_linear(of_fwnode_handle(fd->soc), fd->nr_lines, &domain_ops, fd);
	if (!fd->irqs)
		return -ENOMEM;
	for (i = 0; i < fd->nr_lines; i++) {
		struct fsl_line *line = &fd->line[i];

		line->fd = fd;
		line->level = false;
		line->masked = true;
		line->work = IRQ_WORK_INIT_HARD(line_work);
		line->virq = irq_create_mapping(fd->irqs, i);
		if (!line->virq) {
			fsl_irqs_remove(fd);
			return -ENOMEM;
		}
	}
	return 0;
}

void fsl_irqs_remove(struct fsl_device *fd)
{
	unsigned int i;

	if (!fd->irqs)
		return;
	for (i = 0; i < fd->nr_lines; i++) {
		if (!fd->line[i].virq)
			continue;
		WRITE_ONCE(fd->line[i].level, false);
		irq_work_sync(&fd->line[i].work);
		irq_dispose_mapping(fd->line[i].virq);
	}
	irq_domain_remove(fd->irqs);
	fd->irqs = NULL;
}

void fsl_line_set(struct fsl_device *fd, unsigned int line, bool level)
{
	WRITE_ONCE(fd->line[line].level, level);
	smp_mb();	/* pairs with line_unmask() */
	kick(&fd->line[line]);
}
