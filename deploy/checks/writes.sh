# shellcheck shell=bash
# Which calls of a program write to files: for writes-nothing and writes-odometer.

# Every call by which files are opened, made, changed or removed. Not each machine has each (?).
calls='?open,openat,?openat2,?creat,truncate,ftruncate,fallocate,?rename,?renameat,renameat2,?link,linkat,?symlink,symlinkat'
calls+=',?unlink,unlinkat,?mkdir,mkdirat,?rmdir,?mknod,mknodat,?chmod,fchmod,fchmodat,?chown,fchown,fchownat,?lchown'
calls+=',?utime,?utimes,utimensat,setxattr,fsetxattr,lsetxattr,removexattr,?io_uring_setup'

# faults_in RECORD MEMORY: the calls that write, but to devices, the kernel and the folder MEMORY
faults_in() {
    awk -v memory="$2/" '
        / resumed>/ || /^[0-9]+ +(\+\+\+|---)/ { next }
        match($0, /"[^"]*"/) {
            path = substr($0, RSTART + 1, RLENGTH - 2)
            if (path ~ "^/(dev|proc|sys)/" || index(path "/", memory) == 1) next
        }
        # Of a descriptor: of a file that is opened for writing elsewhere, or of shared memory.
        / (ftruncate|fallocate|fchmod)\(/ { next }
        / open(at2?)?\(/ && !/O_WRONLY|O_RDWR|O_CREAT|O_TRUNC|O_APPEND/ { next }
        { print }
    ' "$1"
}
