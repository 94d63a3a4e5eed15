using WhatsAI.Core.Instances.Pools;
using WhatsAI.Infrastructure.Instances;

namespace WhatsAI.Web.Instances.Pools;

/// <summary>What a person wants done with a number of the board.</summary>
public abstract record MemberAct(NumberRow Number)
{
    /// <summary>It becomes that in its pool; from outside it joins as that, or moves with the role it has.</summary>
    public sealed record Become(NumberRow Number, MemberRole Role) : MemberAct(Number);

    public sealed record Leave(NumberRow Number) : MemberAct(Number);

    public sealed record Pause(NumberRow Number) : MemberAct(Number);

    public sealed record Resume(NumberRow Number) : MemberAct(Number);

    /// <summary>Asks for the day it was first used.</summary>
    public sealed record SayInUse(NumberRow Number) : MemberAct(Number);
}
