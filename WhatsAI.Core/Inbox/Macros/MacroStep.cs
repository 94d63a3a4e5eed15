using System.Text.Json.Serialization;
using WhatsAI.Core.Messaging;
using WhatsAI.Core.Tenancy;

namespace WhatsAI.Core.Inbox.Macros;

/// <summary>One thing that a macro does with a conversation. Stored as JSON, so discriminators and property names are for ever.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "k")]
[JsonDerivedType(typeof(SendStep), "send")]
[JsonDerivedType(typeof(NoteStep), "note")]
[JsonDerivedType(typeof(LabelStep), "label")]
[JsonDerivedType(typeof(MemberStep), "member")]
[JsonDerivedType(typeof(TakeStep), "take")]
[JsonDerivedType(typeof(TeamStep), "team")]
[JsonDerivedType(typeof(PriorityStep), "priority")]
[JsonDerivedType(typeof(SnoozeStep), "snooze")]
[JsonDerivedType(typeof(StatusStep), "status")]
public abstract record MacroStep
{
    /// <summary>What the member who runs it must be allowed.</summary>
    [JsonIgnore]
    public abstract Permission Asks { get; }

    /// <summary>Whether it can be taken back: what a customer or a colleague has read cannot.</summary>
    [JsonIgnore]
    public virtual bool IsUndoable => true;

    /// <summary>Whether it decides what becomes of the conversation; a macro does that once, and says nothing to the customer after it.</summary>
    [JsonIgnore]
    public virtual bool Ends => false;
}

/// <summary>Answers the customer.</summary>
/// <param name="Text">With the variables of canned responses (<see cref="CannedTemplate"/>).</param>
public sealed record SendStep(string Text) : MacroStep
{
    public override Permission Asks => Permission.ConversationsReply;
    public override bool IsUndoable => false;
}

/// <summary>Writes a private note; a colleague is mentioned by an "@" and his whole name.</summary>
public sealed record NoteStep(string Text) : MacroStep
{
    public override Permission Asks => Permission.ConversationsReply;
    public override bool IsUndoable => false;
}

/// <param name="On">False: takes it off.</param>
public sealed record LabelStep(LabelId Label, bool On = true) : MacroStep
{
    public override Permission Asks => Permission.ConversationsLabel;
}

/// <param name="Member">Null: nobody.</param>
public sealed record MemberStep(UserId? Member) : MacroStep
{
    public override Permission Asks => Permission.ConversationsAssign;
}

/// <summary>To whoever runs it.</summary>
public sealed record TakeStep : MacroStep
{
    public override Permission Asks => Permission.ConversationsAssign;
}

public sealed record TeamStep(TeamId Team) : MacroStep
{
    public override Permission Asks => Permission.ConversationsAssign;
}

public sealed record PriorityStep(ConversationPriority Priority) : MacroStep
{
    public override Permission Asks => Permission.ConversationsLabel;
}

/// <summary>When it comes back, counted from the run; nine o'clock in the company's zone where it is another day.</summary>
public enum MacroSnooze
{
    ThreeHours,
    Tomorrow,
    Monday,

    /// <summary>With the customer's next message.</summary>
    Reply,
}

public sealed record SnoozeStep(MacroSnooze Until) : MacroStep
{
    public override Permission Asks => Permission.ConversationsResolve;
    public override bool Ends => true;
}

/// <param name="Status">Any but snoozed.</param>
public sealed record StatusStep(ConversationStatus Status) : MacroStep
{
    public override Permission Asks => Permission.ConversationsResolve;
    public override bool Ends => true;
}
