# The three stages; which one is the command: capture, transform or sink.
#
# By default the jars are built inside. Where Maven Central cannot be reached from a build, or to save time, take those
# that ./headrace or ./mvnw package left here:
#   docker compose build --build-arg JARS=prebuilt --build-arg BUILD_IMAGE=eclipse-temurin:17-jre
ARG BUILD_IMAGE=eclipse-temurin:17-jdk

FROM ${BUILD_IMAGE} AS build
ARG JARS=inside
WORKDIR /src
COPY . .
RUN if [ "$JARS" = inside ]; then \
      ./mvnw -q -B -ntp package -pl headrace-cli -am -Dmaven.test.skip=true; \
    elif [ ! -f headrace-cli/target/headrace-cli.jar ]; then \
      echo "JARS=$JARS, but there is no headrace-cli/target/headrace-cli.jar: run ./mvnw package first" >&2; exit 1; \
    fi
# The stages start no server, so nobody needs the servers' programs here.
RUN rm -f headrace-cli/target/lib/embedded-postgres-binaries-*.jar

FROM eclipse-temurin:17-jre
WORKDIR /opt/headrace
COPY --from=build /src/headrace-cli/target/lib headrace-cli/target/lib
COPY --from=build /src/headrace-cli/target/headrace-cli.jar headrace-cli/target/
COPY headrace ./
COPY sql sql
RUN mkdir /data && chown 10001:10001 /data
USER 10001:10001
VOLUME /data
ENV HEADRACE_DATA=/data HEADRACE_SQL=/opt/headrace/sql
ENTRYPOINT ["/opt/headrace/headrace"]
CMD ["--help"]
