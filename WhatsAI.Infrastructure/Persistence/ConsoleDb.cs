using System.Linq.Expressions;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Identity.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore;
using WhatsAI.Core.Campaigns;
using WhatsAI.Core.Campaigns.Proposals;
using WhatsAI.Core.Campaigns.Templates;
using WhatsAI.Core.Common;
using WhatsAI.Core.Contacts;
using WhatsAI.Core.Contacts.Fields;
using WhatsAI.Core.Contacts.Segments;
using WhatsAI.Core.Inbox;
using WhatsAI.Core.Inbox.Csat;
using WhatsAI.Core.Inbox.Labels;
using WhatsAI.Core.Inbox.Later;
using WhatsAI.Core.Inbox.Macros;
using WhatsAI.Core.Inbox.Notices;
using WhatsAI.Core.Inbox.Notifying;
using WhatsAI.Core.Inbox.Sla;
using WhatsAI.Core.Inbox.Views;
using WhatsAI.Core.Instances;
using WhatsAI.Core.Instances.Pools;
using WhatsAI.Core.Instances.Pools.Alerts;
using WhatsAI.Core.Instances.Standbys;
using WhatsAI.Core.Messaging;
using WhatsAI.Core.Tenancy;
using WhatsAI.Infrastructure.Campaigns;
using WhatsAI.Infrastructure.Campaigns.Planning;
using WhatsAI.Infrastructure.Campaigns.Proposals;
using WhatsAI.Infrastructure.Campaigns.Templates;
using WhatsAI.Infrastructure.Contacts;
using WhatsAI.Infrastructure.Contacts.Consents;
using WhatsAI.Infrastructure.Contacts.Imports;
using WhatsAI.Infrastructure.Contacts.Tags;
using WhatsAI.Infrastructure.Inbox;
using WhatsAI.Infrastructure.Inbox.Csat;
using WhatsAI.Infrastructure.Inbox.Labels;
using WhatsAI.Infrastructure.Inbox.Later;
using WhatsAI.Infrastructure.Inbox.Macros;
using WhatsAI.Infrastructure.Inbox.Notices;
using WhatsAI.Infrastructure.Inbox.Notifying;
using WhatsAI.Infrastructure.Inbox.Sla;
using WhatsAI.Infrastructure.Inbox.Views;
using WhatsAI.Infrastructure.Instances;
using WhatsAI.Infrastructure.Instances.Pools;
using WhatsAI.Infrastructure.Instances.Pools.Alerts;
using WhatsAI.Infrastructure.Instances.Pools.Failover;
using WhatsAI.Infrastructure.Instances.Pools.Sending;
using WhatsAI.Infrastructure.Instances.Standbys;
using WhatsAI.Infrastructure.Messaging;
using WhatsAI.Infrastructure.Tenancy;

namespace WhatsAI.Infrastructure.Persistence;

/// <summary>The one database. A context lives for one operation and is made by the scope's factory, so that it knows the scope's tenant.</summary>
public sealed class ConsoleDb(DbContextOptions<ConsoleDb> options, CurrentTenant tenant) : IdentityUserContext<ConsoleUser, Guid>(options)
{
    /// <summary>Name of the query filter that keeps every tenant-owned entity to the scope's tenant: the first wall.</summary>
    public const string TenantFilter = "tenant";

    public DbSet<Tenant> Tenants => Set<Tenant>();
    public DbSet<Membership> Memberships => Set<Membership>();
    public DbSet<Invitation> Invitations => Set<Invitation>();
    public DbSet<MemberLogEntry> MemberLog => Set<MemberLogEntry>();
    public DbSet<MemberNumber> MemberNumbers => Set<MemberNumber>();
    public DbSet<GatewayServer> GatewayServers => Set<GatewayServer>();
    public DbSet<Instance> Instances => Set<Instance>();
    public DbSet<InstanceStatus> InstanceStatuses => Set<InstanceStatus>();
    public DbSet<InstanceHour> InstanceHours => Set<InstanceHour>();
    public DbSet<ConnectionLogEntry> ConnectionLog => Set<ConnectionLogEntry>();
    public DbSet<Pool> Pools => Set<Pool>();
    public DbSet<PoolMember> PoolMembers => Set<PoolMember>();
    public DbSet<RoleChangeRow> RoleChanges => Set<RoleChangeRow>();
    public DbSet<PaceRow> PaceStates => Set<PaceRow>();
    public DbSet<WatchRow> WatchStates => Set<WatchRow>();
    public DbSet<Standby> Standbys => Set<Standby>();
    public DbSet<FailoverRow> Failovers => Set<FailoverRow>();
    public DbSet<FailoverConversation> FailoverConversations => Set<FailoverConversation>();
    public DbSet<PaceDay> PaceDays => Set<PaceDay>();
    public DbSet<WebhookRoute> WebhookRoutes => Set<WebhookRoute>();
    public DbSet<JournalEntry> Journal => Set<JournalEntry>();
    public DbSet<Contact> Contacts => Set<Contact>();
    public DbSet<ContactIdentity> ContactIdentities => Set<ContactIdentity>();
    public DbSet<Suppression> Suppressions => Set<Suppression>();
    public DbSet<ContactField> ContactFields => Set<ContactField>();
    public DbSet<Tag> Tags => Set<Tag>();
    public DbSet<ContactTag> ContactTags => Set<ContactTag>();
    public DbSet<ConsentChange> ConsentChanges => Set<ConsentChange>();
    public DbSet<Segment> Segments => Set<Segment>();
    public DbSet<ContactImport> ContactImports => Set<ContactImport>();
    public DbSet<Campaign> Campaigns => Set<Campaign>();
    public DbSet<CampaignSettings> CampaignSettings => Set<CampaignSettings>();
    public DbSet<CampaignChangeRow> CampaignChanges => Set<CampaignChangeRow>();
    public DbSet<CampaignRunRow> CampaignRuns => Set<CampaignRunRow>();
    public DbSet<CampaignRecipientRow> CampaignRecipients => Set<CampaignRecipientRow>();
    public DbSet<FlightPlanRow> FlightPlans => Set<FlightPlanRow>();
    public DbSet<Conversation> Conversations => Set<Conversation>();
    public DbSet<ConversationHead> ConversationHeads => Set<ConversationHead>();
    public DbSet<ConversationCount> ConversationCounts => Set<ConversationCount>();
    public DbSet<Episode> Episodes => Set<Episode>();
    public DbSet<Message> Messages => Set<Message>();
    public DbSet<Reaction> Reactions => Set<Reaction>();
    public DbSet<MediaFile> MediaFiles => Set<MediaFile>();
    public DbSet<Team> Teams => Set<Team>();
    public DbSet<TeamMember> TeamMembers => Set<TeamMember>();
    public DbSet<Routing> Routings => Set<Routing>();
    public DbSet<AgentState> Agents => Set<AgentState>();
    public DbSet<AssignmentRequest> AssignmentQueue => Set<AssignmentRequest>();
    public DbSet<CannedResponse> CannedResponses => Set<CannedResponse>();
    public DbSet<Macro> Macros => Set<Macro>();
    public DbSet<Label> Labels => Set<Label>();
    public DbSet<ConversationLabel> ConversationLabels => Set<ConversationLabel>();
    public DbSet<ScheduledMessage> ScheduledMessages => Set<ScheduledMessage>();
    public DbSet<InboxView> InboxViews => Set<InboxView>();
    public DbSet<DefaultView> DefaultViews => Set<DefaultView>();
    public DbSet<Notice> Notices => Set<Notice>();
    public DbSet<NotifyingSettings> NotifyingSettings => Set<NotifyingSettings>();
    public DbSet<CsatSettings> CsatSettings => Set<CsatSettings>();
    public DbSet<Survey> Surveys => Set<Survey>();
    public DbSet<SlaTarget> SlaTargets => Set<SlaTarget>();
    public DbSet<MessageTemplate> MessageTemplates => Set<MessageTemplate>();
    public DbSet<AiSettings> AiSettings => Set<AiSettings>();
    public DbSet<AlertEntry> Alerts => Set<AlertEntry>();
    public DbSet<AlertChannel> AlertChannels => Set<AlertChannel>();
    public DbSet<AlertDelivery> AlertDeliveries => Set<AlertDelivery>();

    // Read by the filter when a query runs; throws where no tenant was entered.
    private TenantId TenantNow => tenant.Id;

    /// <exception cref="InvalidOperationException">A row of another tenant is among the changes.</exception>
    public override Task<int> SaveChangesAsync(bool acceptAllChangesOnSuccess, CancellationToken cancellationToken = default)
    {
        RefuseOtherTenantsRows();
        return base.SaveChangesAsync(acceptAllChangesOnSuccess, cancellationToken);
    }

    public override int SaveChanges(bool acceptAllChangesOnSuccess)
    {
        RefuseOtherTenantsRows();
        return base.SaveChanges(acceptAllChangesOnSuccess);
    }

    protected override void ConfigureConventions(ModelConfigurationBuilder configurationBuilder)
    {
        foreach (var id in typeof(IId<>).Assembly.GetTypes().Where(t => t.IsValueType && t.GetInterfaces().Any(IsId)))
        {
            configurationBuilder.Properties(id).HaveConversion(typeof(IdConverter<>).MakeGenericType(id));
        }

        foreach (var enumeration in typeof(IId<>).Assembly.GetTypes().Where(t => t.IsEnum))
        {
            configurationBuilder.Properties(enumeration).HaveConversion<string>().HaveMaxLength(32);
        }

        static bool IsId(Type i) => i.IsGenericType && i.GetGenericTypeDefinition() == typeof(IId<>);
    }

    protected override void OnModelCreating(ModelBuilder builder)
    {
        base.OnModelCreating(builder);
        TenancyMapping.Map(builder);
        ContactMapping.Map(builder);
        InstanceMapping.Map(builder);
        StandbyMapping.Map(builder);
        PoolMapping.Map(builder);
        SendingMapping.Map(builder);
        FailoverMapping.Map(builder);
        MessagingMapping.Map(builder);
        InboxMapping.Map(builder);
        CannedResponseMapping.Map(builder);
        MacroMapping.Map(builder);
        LabelMapping.Map(builder);
        ScheduledMessageMapping.Map(builder);
        InboxViewMapping.Map(builder);
        NoticeMapping.Map(builder);
        NotifyingMapping.Map(builder);
        SlaMapping.Map(builder);
        CsatMapping.Map(builder);
        AlertMapping.Map(builder);
        TemplateMapping.Map(builder);
        AiSettingsMapping.Map(builder);
        CampaignMapping.Map(builder);
        builder.Entity<DataProtectionKey>().ToTable("data_protection_keys");
        foreach (var entity in builder.Model.GetEntityTypes().Where(e => typeof(ITenantOwned).IsAssignableFrom(e.ClrType)))
        {
            builder.Entity(entity.ClrType).HasQueryFilter(TenantFilter, OwnedByTenant(entity.ClrType));
        }

        SnakeCase.Apply(builder.Model);
    }

    private LambdaExpression OwnedByTenant(Type entity)
    {
        var row = Expression.Parameter(entity, "row");
        var now = Expression.Property(Expression.Constant(this), nameof(TenantNow));
        return Expression.Lambda(Expression.Equal(Expression.Property(row, nameof(ITenantOwned.TenantId)), now), row);
    }

    private void RefuseOtherTenantsRows()
    {
        foreach (var entry in ChangeTracker.Entries<ITenantOwned>())
        {
            if (entry.State is EntityState.Added or EntityState.Modified or EntityState.Deleted && entry.Entity.TenantId != tenant.Id)
            {
                throw new InvalidOperationException($"A {entry.Metadata.ShortName()} of another tenant is among the changes.");
            }
        }
    }
}
