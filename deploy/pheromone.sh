#!/bin/sh
# A command beside deploy/pheromone.service, with its settings and as its account: copy it to /usr/local/sbin/pheromone.
# It may write where the service may: `pheromone backup /var/lib/pheromone/backup.gz`.
exec systemd-run --quiet --collect --wait --pty --pipe \
  --property=User=pheromone \
  --property=DynamicUser=yes \
  --property=StateDirectory=pheromone \
  --property=StateDirectoryMode=0700 \
  --property=WorkingDirectory=/opt/pheromone \
  --property="Environment=PHEROMONE_ENV=production PHEROMONE_VAR=/var/lib/pheromone" \
  --property=EnvironmentFile=/etc/pheromone/environment \
  --property=UMask=0077 \
  /opt/pheromone/.venv/bin/pheromone "$@"
