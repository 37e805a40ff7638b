#!/bin/bash
# Whether the server says that it is ready, asked at its management port.
exec 3<> /dev/tcp/127.0.0.1/9000 || exit 1
printf 'GET /health/ready HTTP/1.0\r\nHost: localhost\r\n\r\n' >&3
head -n 1 <&3 | grep -q ' 200 '
