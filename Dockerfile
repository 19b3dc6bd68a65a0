# Built in one image, run in another: the result has what is locked, and no tool or source of the build.
FROM python:3.11-slim AS build
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1
WORKDIR /src
COPY requirements/run.txt requirements/build.txt requirements/
RUN python -m venv --without-pip /opt/deskclerk \
    && pip --python /opt/deskclerk/bin/python install --require-hashes -r requirements/run.txt \
    && pip install --require-hashes -r requirements/build.txt
COPY pyproject.toml README.md LICENSE NOTICE ./
COPY rules rules
COPY connectors connectors
COPY integration integration
RUN pip wheel --no-deps --no-build-isolation -w /dist . \
    && pip --python /opt/deskclerk/bin/python install --no-deps --no-index /dist/*.whl

FROM python:3.11-slim
RUN useradd --uid 10001 --user-group --home-dir /var/lib/deskclerk --no-create-home \
        --shell /usr/sbin/nologin deskclerk \
    && install -d -o deskclerk -g deskclerk -m 0700 /var/lib/deskclerk
COPY --from=build /opt/deskclerk /opt/deskclerk
ENV PATH=/opt/deskclerk/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    DESKCLERK_HOME=/var/lib/deskclerk \
    HOST=0.0.0.0 \
    PORT=8000
USER deskclerk
WORKDIR /var/lib/deskclerk
VOLUME /var/lib/deskclerk
EXPOSE 8000
HEALTHCHECK --interval=30s --timeout=5s --start-period=30s \
    CMD ["python", "-c", "import os, urllib.request as r; r.urlopen(f\"http://127.0.0.1:{os.environ['PORT']}/healthz\", timeout=4)"]
CMD ["deskclerk", "serve", "--with-worker"]
