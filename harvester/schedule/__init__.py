"""The schedule: when jobs are due, the daemon that runs them, and one run of a job."""
