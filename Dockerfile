FROM mcr.microsoft.com/dotnet/sdk:10.0 AS build
WORKDIR /src
COPY . .
RUN dotnet publish WhatsAI.Web -c Release -o /app

FROM mcr.microsoft.com/dotnet/aspnet:10.0
WORKDIR /app
COPY --from=build /app .
RUN mkdir -p data logs && chown -R $APP_UID data logs
USER $APP_UID
EXPOSE 8080
ENTRYPOINT ["dotnet", "WhatsAI.Web.dll"]
