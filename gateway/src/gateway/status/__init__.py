"""The status page: a prober outside the services, its history by the minute, announced work, and pages that need no service.

python -m gateway.status                     probe until told to stop
python -m gateway.status announce|list   planned work; `make window` and `make windows` call it
"""
