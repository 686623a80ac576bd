# What make is told when the kernel witness is built, a word a line. Modules of ours are built
# without these: KASAN watches all that they do.

# Types are wanted of the debug information, not where a variable is at each instruction.
KCFLAGS=-fno-var-tracking
# Instrumented code takes a fifth more to compile, and three times as long in a guest: what is
# under test is, the rest of the kernel is not. Freed memory is marked all the same.
KASAN_SANITIZE=n
KASAN_SANITIZE_mapping.o=y
KASAN_SANITIZE_direct.o=y
KASAN_SANITIZE_swiotlb.o=y
KASAN_SANITIZE_pool.o=y
KASAN_SANITIZE_dmapool.o=y
KASAN_SANITIZE_dmaengine.o=y
KASAN_SANITIZE_virt-dma.o=y
KASAN_SANITIZE_dmatest.o=y
KASAN_SANITIZE_async_tx.o=y
KASAN_SANITIZE_async_memcpy.o=y
KASAN_SANITIZE_async_xor.o=y
KASAN_SANITIZE_async_pq.o=y
KASAN_SANITIZE_async_raid6_recov.o=y
KASAN_SANITIZE_raid5.o=y
