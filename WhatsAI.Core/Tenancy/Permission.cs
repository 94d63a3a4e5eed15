namespace WhatsAI.Core.Tenancy;

/// <summary>What a member may do. Pages and actions both ask; roles are made of these and nothing else.</summary>
public enum Permission
{
    /// <summary>Read conversations and messages.</summary>
    ConversationsRead,

    /// <summary>Send, react, edit and delete own messages, mark read.</summary>
    ConversationsReply,

    /// <summary>Resolve, reopen, set pending.</summary>
    ConversationsResolve,

    /// <summary>Give conversations to members and teams, and take them.</summary>
    ConversationsAssign,

    /// <summary>Put labels on conversations and take them off, and say how urgent one is.</summary>
    ConversationsLabel,

    /// <summary>Block a person for a number, and let him write again.</summary>
    ContactsBlock,

    /// <summary>See and search the company's contacts, their fields, consent and segments.</summary>
    ContactsRead,

    /// <summary>Add and change contacts, tag them, record their consent, and keep tags, fields and segments.</summary>
    ContactsManage,

    /// <summary>Bring contacts in from a file, and take them out as one.</summary>
    ContactsTransfer,

    /// <summary>Give a person everything that is kept about him, and forget him.</summary>
    ContactsErase,

    /// <summary>See templates, campaigns and what became of them.</summary>
    CampaignsRead,

    /// <summary>Write templates, and prepare and change campaigns: nothing of it leaves.</summary>
    CampaignsWrite,

    /// <summary>Launch campaigns, pause them, let them go on and cancel them.</summary>
    CampaignsSend,

    /// <summary>Send again a message that may already have gone out.</summary>
    ConversationsResendUnconfirmed,

    /// <summary>See figures of the work of all agents, and what each of them does now.</summary>
    ReportsRead,

    /// <summary>See the wall and a number's state.</summary>
    NumbersRead,

    /// <summary>Create, connect, restart, log out, delete and configure numbers.</summary>
    NumbersManage,

    /// <summary>See raw gateway events and replay them.</summary>
    NumbersDiagnose,

    /// <summary>Make and change teams, where numbers lead, and how much an agent is given.</summary>
    TeamsManage,

    /// <summary>Make and change the canned responses and macros of teams and of the company; everybody who replies keeps his own.</summary>
    CannedManage,

    /// <summary>Make, rename and delete the company's labels.</summary>
    LabelsManage,

    /// <summary>Say how fast customers are to be answered and conversations resolved.</summary>
    SlaManage,

    /// <summary>Say whether customers are asked how it was, and with which words.</summary>
    CsatManage,

    /// <summary>Keep the views of the inbox that all members have; everybody keeps his own.</summary>
    ViewsManage,

    /// <summary>Add, change, test and remove gateway servers.</summary>
    GatewaysManage,

    /// <summary>Change the company's name, zone, language and inbox rules.</summary>
    TenantManage,

    /// <summary>Invite, change and disable members.</summary>
    MembersManage,
}
