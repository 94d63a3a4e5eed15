using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Npgsql;
using WhatsAI.Infrastructure.Account;
using WhatsAI.Infrastructure.Analytics;
using WhatsAI.Infrastructure.Backup;
using WhatsAI.Infrastructure.Campaigns;
using WhatsAI.Infrastructure.Campaigns.Proposals;
using WhatsAI.Infrastructure.Common;
using WhatsAI.Infrastructure.Contacts;
using WhatsAI.Infrastructure.Health;
using WhatsAI.Infrastructure.Inbox;
using WhatsAI.Infrastructure.Inbox.Csat;
using WhatsAI.Infrastructure.Inbox.Later;
using WhatsAI.Infrastructure.Inbox.Notices;
using WhatsAI.Infrastructure.Inbox.Sla;
using WhatsAI.Infrastructure.Instances;
using WhatsAI.Infrastructure.Instances.Pools.Alerts;
using WhatsAI.Infrastructure.Instances.Pools.Health;
using WhatsAI.Infrastructure.Instances.Pools.Sending;
using WhatsAI.Infrastructure.Live;
using WhatsAI.Infrastructure.Messaging;
using WhatsAI.Infrastructure.Messaging.Conversations;
using WhatsAI.Infrastructure.Messaging.Gaps;
using WhatsAI.Infrastructure.Messaging.Gateways;
using WhatsAI.Infrastructure.Messaging.Gateways.Evolution;
using WhatsAI.Infrastructure.Messaging.Inbound;
using WhatsAI.Infrastructure.Messaging.Media;
using WhatsAI.Infrastructure.Messaging.Outbound;
using WhatsAI.Infrastructure.Persistence;
using WhatsAI.Infrastructure.Retention;
using WhatsAI.Infrastructure.Scheduling;
using WhatsAI.Infrastructure.Secrets;
using WhatsAI.Infrastructure.Tenancy;

namespace WhatsAI.Infrastructure;

/// <summary>What the program is made of, feature by feature.</summary>
public static class Registration
{
    /// <param name="services">The program's services.</param>
    /// <param name="connectionString">The app role's; asked for at first use, when the database is up.</param>
    public static IServiceCollection AddInfrastructure(this IServiceCollection services, Func<IServiceProvider, string> connectionString)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.AddConsoleDatabase();
        services.AddPersistence(connectionString);
        services.AddSecrets();
        // Before the workers: the order of a start is PostgreSQL, migrations, Quartz, dispatcher, web.
        services.AddScheduler(connectionString);
        services.AddLive();
        services.AddTenancy();
        services.AddAccounts();
        services.AddContacts();
        services.AddInstances();
        services.AddAlerts();
        services.AddMessaging();
        services.AddConversations();
        services.AddInbox();
        services.AddProposals();
        services.AddCampaigns();
        services.AddAnalytics();
        services.AddScoped<HealthQueries>();
        services.AddOutgoing();
        services.AddLimits();
        services.AddGateways();
        services.AddRetention();
        services.AddSingleton<ConsoleBackup>();
        return services;
    }

    private static void AddPersistence(this IServiceCollection services, Func<IServiceProvider, string> connectionString)
    {
        services.AddSingleton(provider => new NpgsqlDataSourceBuilder(connectionString(provider)) { Name = "console" }.Build());
        services.AddSingleton(provider => new SendDatabase(connectionString(provider)));
        services.AddSingleton<DatabaseMeter>();
        services.AddScoped<CurrentTenant>();
        services.AddSingleton<TenantScopes>();
        services.AddSingleton<TenantSettingsCache>();
        services.AddScoped<TenantConnectionInterceptor>();
        // Scoped and not pooled: a context knows its scope's tenant.
        services.AddDbContextFactory<ConsoleDb>(
            (provider, options) =>
                options
                    .UseNpgsql(provider.GetRequiredService<NpgsqlDataSource>(), o => o.MigrationsHistoryTable(Migrator.HistoryTable))
                    .AddInterceptors(provider.GetRequiredService<TenantConnectionInterceptor>())
                    // A name that is taken is a person's mistake, which the action answers; what nobody answers is logged where it ends.
                    .ConfigureWarnings(w =>
                        w.Log((CoreEventId.SaveChangesFailed, LogLevel.Debug), (RelationalEventId.CommandError, LogLevel.Debug))
                    ),
            ServiceLifetime.Scoped
        );
    }

    private static void AddMessaging(this IServiceCollection services)
    {
        services.AddMedia();
        services.AddHostedService<ReceiptSender>();
        services.AddSingleton<InboundSignal>();
        services.AddSingleton<WebhookRoutes>();
        services.AddSingleton<WorkSignal>();
        services.AddSingleton<WorkList>();
        services.AddSingleton<WorkTools>();
        services.AddSingleton<Journal>();
        services.AddHostedService(provider => provider.GetRequiredService<Journal>());
        services.AddInbound();
        services.AddOutbound();
        services.AddGaps();
    }

    private static void AddInbound(this IServiceCollection services)
    {
        // In this order, in the batch's transaction.
        services.AddSingleton<IInboundStep, ConnectionInboundStep>();
        services.AddSingleton<IInboundStep, GroupStep>();
        services.AddSingleton<IInboundStep, TypingStep>();
        services.AddSingleton<IInboundStep, OptOutStep>();
        services.AddSingleton<IInboundStep, CampaignReplyStep>();
        services.AddSingleton<IInboundStep, AssignmentStep>();
        services.AddSingleton<IInboundStep, CancelOnReplyStep>();
        services.AddSingleton<IInboundStep, CsatAnswerStep>();
        services.AddSingleton<IInboundStep, WatchStep>();
        services.AddSingleton<InboundPipeline>();
        services.AddSingleton<InboundBatch>();
        services.AddHostedService<InboundWorker>();
        // In this order, in the transaction in which a member moves a conversation.
        services.AddSingleton<IConversationStep, RoomStep>();
        services.AddSingleton<IConversationStep, CsatPlanStep>();
        // In this order, in the transaction in which it changes what a member may see.
        services.AddSingleton<IMemberStep, ReturnStep>();
        services.AddSingleton<IMemberStep, NoticeStep>();
        services.AddSingleton<ITenantStep, SlaZoneStep>();
        // In this order: what moves when two contacts become one, what a person is given who asks, and what goes when he is forgotten.
        services.AddSingleton<IContactStep, SendContactStep>();
        services.AddSingleton<IContactStep, ConversationContactStep>();
        services.AddSingleton<IContactStep, CampaignContactStep>();
        services.AddSingleton<IContactStep, MediaContactStep>();
    }

    private static void AddOutbound(this IServiceCollection services)
    {
        services.AddSingleton<Outbox>();
        services.AddSingleton<LedgerQueue>();
        services.AddSingleton<SendTools>();
        services.AddSingleton<Dispatcher>();
        services.AddHostedService(provider => provider.GetRequiredService<Dispatcher>());
        services.AddHostedService<Settler>();
    }

    private static void AddLive(this IServiceCollection services)
    {
        services.AddSingleton<EventHub>();
        services.AddSingleton<EventRelay>();
        services.AddHostedService(provider => provider.GetRequiredService<EventRelay>());
    }

    private static void AddGateways(this IServiceCollection services) =>
        services.AddSingleton<IWhatsAppGateway>(provider => new EvolutionGateway(
            GuardedHandler.Create(provider.GetRequiredService<OutgoingGuard>().ConnectToGatewayAsync)
        ));
}
