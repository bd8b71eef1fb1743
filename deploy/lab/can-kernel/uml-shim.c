/*
 * Makes Debian's user-mode-linux 6.1 start on new CPUs and end without a trace.
 * Loaded into linux.uml with LD_PRELOAD, it stands before ptrace(2) and clone(2), with
 * which UML drives the host processes ("stubs") that hold its guest's programs.
 *
 * 1. UML keeps a stub's floating-point state in 2,696 bytes, the size of the
 *    XSAVE area of an AVX-512 CPU. A CPU with AMX has 11,008 bytes, the host's
 *    PTRACE_SETREGSET takes no less than all of it, and UML panics in its first
 *    process. The missing tail is added here: zeros, with the state bits
 *    (XSTATE_BV) of what lies in it cleared, which means "initial state".
 * 2. When linux.uml is killed its stubs are set free, and their next system call
 *    would reach the host's kernel. PTRACE_O_EXITKILL makes the host kill them.
 * 3. Its helper processes (for signals and disks) would stay for ever, and hold
 *    the guest's output open. A death signal takes them along.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <elf.h>
#include <sched.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/uio.h>

#ifndef PTRACE_OLDSETOPTIONS
#define PTRACE_OLDSETOPTIONS 21 /* asm/ptrace-abi.h, which clashes with sys/ptrace.h */
#endif

/* Offset of XSTATE_BV: the XSAVE header follows the 512-byte FXSAVE area. */
#define XSTATE_BV 512
/* State components 0 to 9 (x87 to PKRU) lie wholly within UML's 2,696 bytes. */
#define STATES_THAT_UML_KEEPS UINT64_C(0x3ff)

typedef int child_fn(void *argument);
typedef long ptrace_fn(enum __ptrace_request request, ...);
typedef int clone_fn(child_fn *child, void *stack, int flags, void *argument, ...);

static ptrace_fn *real_ptrace;
static clone_fn *real_clone;

/* Before main: later UML runs on small stacks of its own, too small for the dynamic linker. */
__attribute__((constructor)) static void find_real_functions(void)
{
	real_ptrace = (ptrace_fn *)dlsym(RTLD_NEXT, "ptrace");
	real_clone = (clone_fn *)dlsym(RTLD_NEXT, "clone");
}

static long set_fp_state(long pid, void *kind, const struct iovec *given)
{
	static unsigned char area[64 * 1024] __attribute__((aligned(64)));
	static size_t size_on_this_cpu;
	struct iovec whole = { area, sizeof area };

	if (size_on_this_cpu == 0) {
		if (real_ptrace(PTRACE_GETREGSET, pid, kind, &whole) < 0)
			return -1;
		size_on_this_cpu = whole.iov_len;
	}
	if (given->iov_len >= size_on_this_cpu)
		return real_ptrace(PTRACE_SETREGSET, pid, kind, given);

	uint64_t states;
	memcpy(area, given->iov_base, given->iov_len);
	memset(area + given->iov_len, 0, size_on_this_cpu - given->iov_len);
	memcpy(&states, area + XSTATE_BV, sizeof states);
	states &= STATES_THAT_UML_KEEPS;
	memcpy(area + XSTATE_BV, &states, sizeof states);
	whole.iov_len = size_on_this_cpu;
	return real_ptrace(PTRACE_SETREGSET, pid, kind, &whole);
}

long ptrace(enum __ptrace_request request, ...)
{
	va_list arguments;
	va_start(arguments, request);
	long pid = va_arg(arguments, long);
	void *addr = va_arg(arguments, void *);
	void *data = va_arg(arguments, void *);
	va_end(arguments);

	if (request == PTRACE_SETREGSET && addr == (void *)NT_X86_XSTATE)
		return set_fp_state(pid, addr, data);
	if (request == PTRACE_SETOPTIONS || (int)request == PTRACE_OLDSETOPTIONS)
		return real_ptrace(PTRACE_SETOPTIONS, pid, addr,
				   (void *)((uintptr_t)data | PTRACE_O_EXITKILL));
	return real_ptrace(request, pid, addr, data);
}

struct child {
	child_fn *run;
	void *argument;
};

static int run_child(void *argument)
{
	const struct child child = *(struct child *)argument;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	return child.run(child.argument);
}

/* UML passes four arguments; what the child needs lies on its own stack, which it may share with nobody. */
int clone(child_fn *run, void *stack, int flags, void *argument, ...)
{
	struct child *child = (struct child *)((uintptr_t)stack & ~(uintptr_t)15) - 1;

	*child = (struct child){ run, argument };
	return real_clone(run_child, child, flags, child);
}
