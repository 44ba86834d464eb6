# Debian 12 with all that building and testing takes, and the project in /iov-lockstep: docker build -t iov-lockstep . and
# docker run --rm iov-lockstep ci/fuzz
FROM debian:12
WORKDIR /iov-lockstep
COPY . .
# Nothing is kept of the packages' lists, which grow old.
RUN ci/setup && rm -rf /var/lib/apt/lists/* build/log
CMD ["ci/test"]
