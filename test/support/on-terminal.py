# Runs a command on a terminal of its own: argv is columns, rows and the command; stdin takes "resize COLUMNS ROWS" and "keys TEXT" (JSON), a line each.
import fcntl, json, os, pty, select, struct, sys, termios

columns, rows, command = int(sys.argv[1]), int(sys.argv[2]), sys.argv[3:]


def resize(terminal, columns, rows):
    fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))


def obey(terminal, line):
    word, _, rest = line.partition(" ")
    if word == "resize":
        resize(terminal, *map(int, rest.split()))
    elif word == "keys":
        os.write(terminal, json.loads(rest).encode())


child, main = pty.fork()
if child == 0:
    resize(0, columns, rows)
    os.execvp(command[0], command)
pending, inputs = "", [main, 0]
while True:
    ready, _, _ = select.select(inputs, [], [])
    if main in ready:
        try:
            chunk = os.read(main, 65536)
        except OSError:  # How Linux tells that the last process has closed the terminal.
            chunk = b""
        if not chunk:
            break
        sys.stdout.buffer.write(chunk)
        sys.stdout.flush()
    if 0 in ready:
        read = os.read(0, 65536).decode()
        if not read:
            inputs = [main]
        *lines, pending = (pending + read).split("\n")
        for line in lines:
            obey(main, line)
sys.exit(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
