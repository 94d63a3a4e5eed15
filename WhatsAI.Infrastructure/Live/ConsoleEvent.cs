using WhatsAI.Core.Instances;
using WhatsAI.Core.Instances.Pools;
using WhatsAI.Core.Messaging;
using WhatsAI.Core.Tenancy;

namespace WhatsAI.Infrastructure.Live;

/// <summary>A small fact that was committed: ids, never state. Who shows the thing reads it again.</summary>
public abstract record ConsoleEvent(TenantId TenantId);

/// <summary>A row of the inbox list is new or different.</summary>
public sealed record ConversationChanged(TenantId TenantId, ConversationId ConversationId) : ConsoleEvent(TenantId);

/// <summary>A message of a thread is new or different (text, status, reaction, media).</summary>
public sealed record MessageChanged(TenantId TenantId, ConversationId ConversationId, MessageId MessageId) : ConsoleEvent(TenantId);

/// <summary>The customer is typing or recording in this conversation now; shown for six seconds without a further beat.</summary>
public sealed record CustomerTyping(TenantId TenantId, ConversationId ConversationId) : ConsoleEvent(TenantId);

/// <summary>What a member does in a conversation that is open in one of his windows; said again now and then while it is so.</summary>
/// <param name="Window">Tells his windows apart.</param>
/// <param name="Doing">Null: he has left it.</param>
public sealed record Watching(TenantId TenantId, ConversationId ConversationId, UserId UserId, ushort Window, Doing? Doing)
    : ConsoleEvent(TenantId);

/// <summary>A number's settings, state, QR code or counters are different.</summary>
public sealed record InstanceChanged(TenantId TenantId, InstanceId InstanceId) : ConsoleEvent(TenantId);

/// <summary>A pool: what it is called, who is in it as what, how fast it sends, or what happens in it.</summary>
public sealed record PoolChanged(TenantId TenantId, PoolId PoolId) : ConsoleEvent(TenantId);

/// <summary>A span of a number in which messages may have been missed began, is being asked about, or ended.</summary>
public sealed record GapChanged(TenantId TenantId, InstanceId InstanceId) : ConsoleEvent(TenantId);

/// <summary>A number's journal has new or newly processed events.</summary>
public sealed record JournalChanged(TenantId TenantId, InstanceId InstanceId) : ConsoleEvent(TenantId);

/// <summary>The company's settings, members or gateway servers are different.</summary>
public sealed record TenantSettingsChanged(TenantId TenantId) : ConsoleEvent(TenantId);

/// <summary>A team, its members or where a number's conversations lead is different.</summary>
public sealed record TeamsChanged(TenantId TenantId) : ConsoleEvent(TenantId);

/// <summary>There is another label, one fewer, or one is called or coloured otherwise.</summary>
public sealed record LabelsChanged(TenantId TenantId) : ConsoleEvent(TenantId);

/// <summary>Contacts are new, different or gone, or what is kept of them: tags, fields, segments, imports.</summary>
public sealed record ContactsChanged(TenantId TenantId) : ConsoleEvent(TenantId);

/// <summary>A template is new, says something else, or is offered or no longer offered.</summary>
public sealed record TemplatesChanged(TenantId TenantId) : ConsoleEvent(TenantId);

/// <summary>A campaign: what it says, how it stands, or what became of its recipients.</summary>
public sealed record CampaignChanged(TenantId TenantId, CampaignId CampaignId) : ConsoleEvent(TenantId);

/// <summary>A view of the inbox is new, different or gone, or a member's inbox opens with another.</summary>
public sealed record InboxViewsChanged(TenantId TenantId) : ConsoleEvent(TenantId);

/// <summary>A macro was made, changed or deleted.</summary>
public sealed record MacrosChanged(TenantId TenantId) : ConsoleEvent(TenantId);

/// <summary>There is another canned response, one fewer, or one says something else.</summary>
public sealed record CannedResponsesChanged(TenantId TenantId) : ConsoleEvent(TenantId);

/// <summary>What waits for its time in a conversation is different.</summary>
public sealed record ScheduledMessagesChanged(TenantId TenantId, ConversationId ConversationId) : ConsoleEvent(TenantId);

/// <summary>A member came, went or said that he is away, or may be given more or fewer conversations.</summary>
public sealed record AgentChanged(TenantId TenantId, UserId UserId) : ConsoleEvent(TenantId);

/// <summary>Something is raised, said otherwise, over, or acknowledged; or a place that is told of it is different.</summary>
public sealed record AlertsChanged(TenantId TenantId) : ConsoleEvent(TenantId);

/// <summary>A member was told something, or has read it.</summary>
public sealed record NoticesChanged(TenantId TenantId, UserId UserId) : ConsoleEvent(TenantId);

/// <summary>A member chose of what he is notified.</summary>
public sealed record NotifyingChanged(TenantId TenantId, UserId UserId) : ConsoleEvent(TenantId);

/// <summary>What a member may do or see is different, or a session of his was ended: his circuits ask whether they may stay.</summary>
public sealed record MemberChanged(TenantId TenantId, UserId UserId) : ConsoleEvent(TenantId);

/// <summary>Too much changed to name it, or some of it was missed: read everything again. Passes every subscriber's filter.</summary>
public sealed record EverythingChanged(TenantId TenantId) : ConsoleEvent(TenantId);
